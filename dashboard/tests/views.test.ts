import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultPreferences } from '../src/store/preferences';
import { Store } from '../src/store/store';
import type { Actions } from '../src/views/actions';
import { reconcile } from '../src/views/dom';
import { formatAge, formatPrice, formatSigned, rsiWord } from '../src/views/format';
import { createHeader } from '../src/views/header';
import { listenToKeys } from '../src/views/keyboard';
import { barOf, createNotificationDrawer } from '../src/views/notification-drawer';
import { createSignalFeed } from '../src/views/signal-feed';
import { sparklinePoints } from '../src/views/sparkline';
import { createStatusPanel } from '../src/views/status-panel';
import type { Toast } from '../src/views/toasts';
import { ToastQueue, createToasts, maxToasts, toToast } from '../src/views/toasts';
import { createWatchList, sortRows } from '../src/views/watch-list';
import { decodeStatus } from '../src/wire/decode-status';
import { notice, quote, signal, summary } from './build';

function fakeActions(): { [K in keyof Actions]: ReturnType<typeof vi.fn> } & Actions {
  const names = [
    'select',
    'jump',
    'setMode',
    'toggleOverlay',
    'loadOlder',
    'markRead',
    'toggleDrawer',
    'cycleTheme',
    'openHelp',
    'openSettings',
    'openAlerts',
    'openReplays',
    'openStrategies',
    'openAccuracy',
    'retryConnection',
    'retrySymbols',
    'retrySeries',
    'retrySignals',
  ] as const;
  return Object.fromEntries(names.map((name) => [name, vi.fn()])) as unknown as ReturnType<
    typeof fakeActions
  >;
}

let store: Store;
let paint: () => void;
let actions: ReturnType<typeof fakeActions>;

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({
    matches: true,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }));
  paint = () => undefined;
  store = new Store(
    defaultPreferences,
    () => 1_700_000_000_000,
    (p) => (paint = p),
  );
  actions = fakeActions();
});

afterEach(() => vi.unstubAllGlobals());

describe('watch list', () => {
  const symbols = (element: HTMLElement): (string | undefined)[] =>
    [...element.querySelectorAll<HTMLElement>('[data-testid=watchlist-row]')].map(
      (row) => row.dataset['symbol'],
    );

  it('shows price, change and RSI in words, and follows quotes', () => {
    const view = createWatchList(store, actions);
    store.addSummaries(
      [summary('AAPL', 1, { rsi14: 75.04 }), summary('FLAT', 1, { rsi14: 100, unchanged: 14 })],
      false,
    );
    paint();
    const text = (symbol: string): string | null | undefined =>
      view.element.querySelector(`#row-${symbol}`)?.textContent;
    expect(text('AAPL')).toContain('RSI 75.0 overbought');
    expect(text('AAPL')).toContain('+1.01 %');
    expect(text('FLAT')).toContain('no movement');

    store.addQuotes([quote('AAPL', 2, { last: 123.456, changePercent: -2, rsi14: null })]);
    paint();

    expect(text('AAPL')).toContain('123.46');
    expect(text('AAPL')).toContain('−2.00 %');
    expect(text('AAPL')).toContain('RSI warming up');
  });

  it('searches, moves and selects', () => {
    const view = createWatchList(store, actions);
    store.addSummaries(
      ['MSFT', 'AAPL', 'META'].map((s) => summary(s, 1)),
      false,
    );
    paint();
    expect(symbols(view.element)).toEqual(['AAPL', 'META', 'MSFT']);
    store.selected = 'AAPL';
    view.move(1);
    expect(actions.select).toHaveBeenLastCalledWith('META');

    store.search = 'm';
    store.touch('symbols');
    paint();
    expect(symbols(view.element)).toEqual(['META', 'MSFT']);
    view.element.querySelector<HTMLElement>('#row-MSFT')?.click();
    expect(actions.select).toHaveBeenLastCalledWith('MSFT');
  });

  it('sorts by what was chosen, symbols without a value last when descending', () => {
    store.addQuotes([
      quote('A', 1, { rsi14: 40 }),
      quote('B', 1, { rsi14: null }),
      quote('C', 1, { rsi14: 60 }),
    ]);

    const sorted = sortRows([...store.symbols.values()], {
      preferences: { ...defaultPreferences, sort: 'rsi', descending: true },
    });

    expect(sorted.map((row) => row.symbol)).toEqual(['C', 'A', 'B']);
  });

  it('marks replays and offers a retry after a failure', () => {
    const view = createWatchList(store, actions);
    store.addSummaries([summary('OLD', 1, { source: 'replay-7' }), summary('NEW', 1)], false);
    store.symbolsLoading = { kind: 'failed', message: 'The server cannot be reached.' };
    paint();

    expect(view.element.querySelector<HTMLElement>('#row-OLD .replay')?.hidden).toBe(false);
    expect(view.element.querySelector<HTMLElement>('#row-NEW .replay')?.hidden).toBe(true);
    view.element.querySelector<HTMLElement>('.message button')?.click();
    expect(actions.retrySymbols).toHaveBeenCalledOnce();
  });
});

describe('signal feed', () => {
  it('says the side in words and shape and jumps to the bar', () => {
    const view = createSignalFeed(store, actions);
    store.addSignals([signal(5), signal(6, { side: 'sell' })]);
    paint();

    const rows = [...view.element.querySelectorAll<HTMLElement>('[data-testid=signal-row]')];
    expect(rows.map((row) => row.querySelector('.side')?.textContent)).toEqual(['▼ SELL', '▲ BUY']);
    rows[1]?.querySelector('button')?.click();
    expect(actions.jump).toHaveBeenCalledWith(expect.objectContaining({ symbol: 'AAPL', n: 5 }));
  });

  it('filters, and the download follows', () => {
    const view = createSignalFeed(store, actions);
    store.addSignals([signal(1), signal(2, { id: 'm', symbol: 'MSFT', strategy: 'sma-cross' })]);
    store.filter = { symbol: '', side: '', strategy: 'sma-cross' };
    paint();

    expect(view.element.querySelectorAll('[data-testid=signal-row]')).toHaveLength(1);
    expect(view.element.querySelector('a')?.getAttribute('href')).toBe('/api/signals.csv?strategy=sma-cross');
  });
});

describe('what a replay brings', () => {
  it('is marked in the signal feed', () => {
    const view = createSignalFeed(store, actions);
    store.addSignals([signal(5, { source: 'replay-r1' }), signal(6), signal(7, { source: 'replayed' })]);
    paint();

    const rows = [...view.element.querySelectorAll('[data-testid=signal-row]')];
    expect(rows.map((row) => row.querySelector('.replay')?.textContent)).toEqual([
      undefined,
      undefined,
      'REPLAY',
    ]);
  });

  it('is marked among the notifications, once', () => {
    const view = createNotificationDrawer(store, actions);
    store.addNotifications([notice('live'), notice('old', { title: 'REPLAY Buy SPY', source: 'replay-r1' })]);
    store.drawerOpen = true;
    store.touch('notifications');
    paint();

    const titles = [...view.element.querySelectorAll('[data-testid=notification-row] strong')];
    expect(titles.map((title) => title.textContent).sort()).toEqual(['Buy live', 'REPLAYBuy SPY']);
    expect(titles.filter((title) => title.querySelector('.replay') !== null)).toHaveLength(1);
  });

  it('is marked on toasts, and on groups of nothing else', () => {
    const replayed = notice('a', { title: 'REPLAY Buy A', source: 'replay-r1' });

    expect(toToast([replayed])).toMatchObject({ title: 'Buy A', source: 'replay-r1' });
    expect(toToast([replayed, replayed])).toMatchObject({ source: 'replay-r1', text: 'AAPL' });
    expect(toToast([replayed, notice('b')])).toMatchObject({ source: '', text: 'AAPL; 1 of a replay' });
    const view = createToasts(vi.fn());
    view.push([replayed]);
    expect(view.element.querySelector('.toast .replay')?.textContent).toBe('REPLAY');
    view.dispose();
  });

  it('shows in the header as soon as its bars come, and no longer than they do', () => {
    let now = 1_700_000_000_000;
    const watched = new Store(
      defaultPreferences,
      () => now,
      (p) => (paint = p),
    );
    const view = createHeader(watched, actions);
    const badge = view.element.querySelector<HTMLElement>('[data-testid=replay-badge]');
    watched.addQuotes([quote('AAPL', 1)]);
    watched.touch('clock');
    paint();
    expect(badge?.hidden).toBe(true);

    watched.addQuotes([quote('SPY', 1, { source: 'replay-r1' })]);
    watched.touch('clock');
    paint();
    expect(badge?.hidden).toBe(false);

    now += 6_000;
    watched.touch('clock');
    paint();
    expect(badge?.hidden).toBe(true);
    view.dispose();
  });
});

describe('reasons of a signal', () => {
  it('are shortened until somebody asks, and never jump', () => {
    const view = createSignalFeed(store, actions);
    store.addSignals([signal(5, { reasons: ['one', 'two'], settingsVersion: 4 })]);
    paint();
    const reasons = view.element.querySelector<HTMLButtonElement>('.reasons');

    expect([reasons?.textContent, reasons?.title]).toEqual(['one · two', 'one · two']);
    expect(reasons?.getAttribute('aria-expanded')).toBe('false');
    reasons?.click();
    expect(reasons?.getAttribute('aria-expanded')).toBe('true');
    reasons?.click();
    expect(reasons?.getAttribute('aria-expanded')).toBe('false');
    expect(actions.jump).not.toHaveBeenCalled();
    expect(view.element.querySelector('.version')?.textContent).toBe('v4');
  });

  it('name no settings when they are not known', () => {
    const view = createSignalFeed(store, actions);
    store.addSignals([signal(5)]);
    paint();

    expect(view.element.querySelector('.version')).toBeNull();
  });
});

describe('notifications', () => {
  it('lists them and marks them as read', () => {
    const view = createNotificationDrawer(store, actions);
    store.addNotifications([notice('a'), notice('b', { read: true })]);
    store.drawerOpen = true;
    store.touch('notifications');
    paint();

    const rows = [...view.element.querySelectorAll<HTMLElement>('[data-testid=notification-row]')];
    expect(rows.map((row) => row.dataset['read'])).toEqual(['false', 'true']);
    rows[0]?.querySelector<HTMLElement>('.notice-body')?.click();
    expect(actions.markRead).toHaveBeenCalledWith(['a']);
    expect(actions.jump).toHaveBeenCalledWith({ symbol: 'AAPL', n: 7, id: 'AAPL:7:rsi-recross' });
  });

  it('finds the bar in a signal id', () => {
    expect(barOf(notice('a', { symbol: 'BRK.B', signalId: 'BRK.B:12:x' }))).toBe(12);
    expect(barOf(notice('a', { signalId: null }))).toBeNull();
    expect(barOf(notice('a', { signalId: 'OTHER:1:x' }))).toBeNull();
  });
});

describe('toasts', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tell the first at once and what comes faster as one', () => {
    const told: Toast[] = [];
    const queue = new ToastQueue((toast) => told.push(toast));

    queue.push([notice('a')]);
    for (const id of ['b', 'c', 'd']) queue.push([notice(id, { symbol: id.toUpperCase() })]);
    expect(told.map((t) => t.title)).toEqual(['Buy a']);
    vi.advanceTimersByTime(500);

    expect(told[1]).toMatchObject({ title: '3 new notifications', text: 'B, C, D' });
    queue.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are at most four, and leave by themselves', () => {
    const view = createToasts(vi.fn());
    for (let i = 0; i < 10; i += 1) {
      view.push([notice(`x${i}`)]);
      vi.advanceTimersByTime(500);
    }
    expect(view.element.querySelectorAll('[data-testid=toast]')).toHaveLength(maxToasts);

    vi.advanceTimersByTime(20_000);

    expect(view.element.childElementCount).toBe(0);
    view.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('every view', () => {
  it('removes what it subscribed to', () => {
    const views = [
      createHeader(store, actions),
      createWatchList(store, actions),
      createSignalFeed(store, actions),
      createNotificationDrawer(store, actions),
      createStatusPanel(store),
    ];
    expect(store.listenerCount).toBeGreaterThanOrEqual(views.length);

    for (const view of views) view.dispose();

    expect(store.listenerCount).toBe(0);
  });
});

describe('status panel', () => {
  it('shows what no service could handle, and nothing to worry about when there is nothing', () => {
    const deadLetters = {
      total: 2,
      byTopic: { bars: 2 },
      recent: [{ time: 5, topic: 'bars', app: 'ingestion', id: 'e-1', content: '<b>poison</b>' }],
    };
    store.setPreferences({ statusOpen: true });
    const view = createStatusPanel(store);

    store.setStatus(decodeStatus({ deadLetters }));
    paint();
    expect(view.element.textContent).toContain('2 dead letters');
    expect(view.element.querySelector('[data-testid="dead-letters"]')?.textContent).toContain(
      'bars by ingestion: <b>poison</b>',
    );

    store.setStatus(decodeStatus({}));
    paint();
    expect(view.element.textContent).toContain('every event was handled');
    expect(view.element.querySelector('[data-testid="dead-letters"]')).toBeNull();
    view.dispose();
  });
});

describe('keyboard', () => {
  const press = (key: string, target: EventTarget = document.body): void =>
    void target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

  it('acts outside of inputs only, and not after removal', () => {
    const to = {
      search: vi.fn(),
      move: vi.fn(),
      mode: vi.fn(),
      notifications: vi.fn(),
      alerts: vi.fn(),
      replays: vi.fn(),
      backtests: vi.fn(),
      strategies: vi.fn(),
      accuracy: vi.fn(),
      status: vi.fn(),
      theme: vi.fn(),
      live: vi.fn(),
      help: vi.fn(),
      escape: vi.fn(),
    };
    const input = document.body.appendChild(document.createElement('input'));
    const end = listenToKeys(window, to);
    for (const key of ['/', 'j', 'k', '4', 'n', '?', 'Escape']) press(key);
    press('j', input);
    end();
    press('j');
    input.remove();

    expect(to.search).toHaveBeenCalledOnce();
    expect(to.move.mock.calls).toEqual([[1], [-1]]);
    expect(to.mode).toHaveBeenCalledWith('1m');
    expect(to.notifications).toHaveBeenCalledOnce();
    expect(to.help).toHaveBeenCalledOnce();
    expect(to.escape).toHaveBeenCalledOnce();
  });
});

describe('reconcile', () => {
  it('keeps elements, removes and reorders', () => {
    const parent = document.createElement('ul');
    const kept = new Map<string, HTMLElement>();
    const draw = (keys: readonly string[]): void =>
      reconcile(
        parent,
        kept,
        keys,
        (key) => key,
        (key) => Object.assign(document.createElement('li'), { textContent: key }),
      );
    draw(['a', 'b', 'c']);
    const b = parent.children[1];
    draw(['c', 'b', 'd']);

    expect(parent.textContent).toBe('cbd');
    expect(parent.children[1]).toBe(b);
  });
});

describe('formats', () => {
  it.each([
    [rsiWord(50, 14), 'no movement'],
    [rsiWord(null, 0), 'warming up'],
    [rsiWord(29.9, 3), 'oversold'],
    [formatPrice(1_234.5), '1,234.50'],
    [formatPrice(0.0001234), '0.000123'],
    [formatSigned(-0.001), '0.00'],
    [formatSigned(1.234), '+1.23'],
    [formatAge(59_999), '59 s'],
    [formatAge(7_200_000), '2 h'],
    [sparklinePoints([5]), ''],
    [sparklinePoints([5, 5]), '0.0,13.0 72.0,13.0'],
  ])('%s', (actual, expected) => {
    expect(actual).toBe(expected);
  });
});
