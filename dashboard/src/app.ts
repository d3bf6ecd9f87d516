import { chartModes, loadPreferences, savePreferences } from './store/preferences';
import { Store } from './store/store';
import { Sync } from './store/sync';
import { createChartView } from './views/chart-view';
import { createAccuracyDialog } from './views/accuracy-dialog';
import { createAlertsDialog } from './views/alerts-dialog';
import { createBacktestDialog } from './views/backtest-dialog';
import { createHelpDialog, createSettingsDialog } from './views/dialogs';
import type { View } from './views/dom';
import { h } from './views/dom';
import type { Actions } from './views/actions';
import { createHeader } from './views/header';
import { listenToKeys } from './views/keyboard';
import { barOf, createNotificationDrawer } from './views/notification-drawer';
import { createReplayDialog } from './views/replay-dialog';
import { createSignalFeed } from './views/signal-feed';
import { createStatusPanel } from './views/status-panel';
import { createStrategiesDialog } from './views/strategies-dialog';
import { createToasts } from './views/toasts';
import { createWatchList } from './views/watch-list';
import type { Api, OperatorKey } from './wire/api';
import { Connection } from './wire/connection';
import type { Transport } from './wire/transport';
import type { Notice } from './wire/types';

export interface Backend {
  readonly api: Api;
  readonly transport: Transport;
}

export type MakeBackend = (malformed: () => void, operator: OperatorKey) => Backend;

/** Puts the page together and starts it. Returns what takes it down again, with every listener. */
export function startApp(root: HTMLElement, makeBackend: MakeBackend): () => void {
  const operator: OperatorKey = { value: '' };
  const store = new Store(loadPreferences(localStorage));
  const { api, transport } = makeBackend(() => (store.malformed += 1), operator);
  const sync = new Sync(store, api, transport, (fresh) => tell(fresh));
  const connection = new Connection(
    transport,
    {
      state: (state) => {
        if (state.kind === 'reconnecting' || state.kind === 'offline') sync.disconnected(state.attempt);
        store.setConnection(state);
      },
      message: (message) => sync.apply(message),
      malformed: () => (store.malformed += 1),
      connected: () => void sync.refresh(),
    },
    { now: Date.now, random: Math.random, isOnline: () => navigator.onLine },
  );

  const say = (title: string, error: unknown): void =>
    toasts.say(title, error instanceof Error ? error.message : String(error));

  const actions: Actions = {
    select: (symbol) => {
      store.jump = null;
      void sync.select(symbol);
    },
    jump: ({ symbol, n, id }) => {
      sync.jumpTo(symbol, n, id).then(
        (obstacle) => {
          if (obstacle !== null) toasts.say('The bar cannot be shown', obstacle);
        },
        (error: unknown) => say('The bar cannot be shown', error),
      );
    },
    setMode: (mode) => {
      store.setPreferences({ mode });
      void sync.loadCandles(mode);
    },
    toggleOverlay: (overlay) => {
      const { overlays } = store.preferences;
      const next = overlays.includes(overlay)
        ? overlays.filter((id) => id !== overlay)
        : [...overlays, overlay];
      store.setPreferences({ overlays: next });
    },
    loadOlder: () => void sync.loadOlder(),
    markRead: (ids) =>
      void sync.markRead(ids).catch((error: unknown) => say('Could not be marked as read', error)),
    toggleDrawer: (open) => {
      store.drawerOpen = open ?? !store.drawerOpen;
      if (store.drawerOpen) toasts.clear();
      store.touch('notifications');
    },
    cycleTheme: () => store.setPreferences({ theme: currentTheme() === 'dark' ? 'light' : 'dark' }),
    openHelp: () => help.open(),
    openSettings: () => settings.open(),
    openAlerts: () => alerts.open(),
    openReplays: () => replays.open(),
    openBacktests: () => backtests.open(),
    openStrategies: () => strategies.open(),
    openAccuracy: () => accuracy.open(),
    retryConnection: () => connection.retryNow(),
    retrySymbols: () => void sync.loadSymbols(),
    retrySeries: () => void sync.resume(),
    retrySignals: () => void sync.loadSignals(),
  };

  const showNotice = (notice: Notice | null): void => {
    const n = notice === null ? null : barOf(notice);
    if (notice === null || notice.symbol === null || n === null) return actions.toggleDrawer(true);
    actions.markRead([notice.id]);
    actions.jump({ symbol: notice.symbol, n, id: notice.signalId });
  };
  const tell = (fresh: readonly Notice[]): void => {
    if (store.preferences.toasts && !store.drawerOpen && document.visibilityState === 'visible')
      toasts.push(fresh);
  };

  applyTheme(store);
  const ends = [
    store.subscribe(['preferences'], () => {
      applyTheme(store);
      backtests.repaint();
      savePreferences(localStorage, store.preferences);
      writeAddress(store);
    }),
    store.subscribe(['selection'], () => writeAddress(store)),
  ];
  const toasts = createToasts(showNotice);
  const help = createHelpDialog();
  const settings = createSettingsDialog(store, operator);
  const alerts = createAlertsDialog(api, () => ({
    symbol: store.selected,
    price: store.symbols.get(store.selected ?? '')?.quote.last ?? null,
  }));
  const replays = createReplayDialog(api, (running) => {
    if (store.runningReplays === running) return;
    store.runningReplays = running;
    store.touch('clock');
  });
  const backtests = createBacktestDialog(api);
  const strategies = createStrategiesDialog(api);
  const accuracy = createAccuracyDialog(api, () => store.selected);
  const header = createHeader(store, actions);
  const watchList = createWatchList(store, actions);
  const chart = createChartView(store, actions);
  const feed = createSignalFeed(store, actions);
  const drawer = createNotificationDrawer(store, actions);
  const status = createStatusPanel(store);
  const views: readonly View[] = [
    header,
    watchList,
    chart,
    feed,
    drawer,
    status,
    toasts,
    help,
    settings,
    alerts,
    replays,
    backtests,
    strategies,
    accuracy,
  ];

  root.replaceChildren(
    h('a', { class: 'skip-link', href: '#main' }, ['Skip to the chart']),
    header.element,
    h('main', { id: 'main', tabindex: -1 }, [watchList.element, chart.element, feed.element]),
    drawer.element,
    status.element,
    toasts.element,
    help.element,
    settings.element,
    alerts.element,
    replays.element,
    backtests.element,
    strategies.element,
    accuracy.element,
  );

  ends.push(
    listenToKeys(window, {
      search: () => watchList.focusSearch(),
      move: (step) => watchList.move(step),
      mode: (mode) => actions.setMode(mode),
      notifications: () => actions.toggleDrawer(),
      alerts: () => alerts.open(),
      replays: () => replays.open(),
      backtests: () => backtests.open(),
      strategies: () => strategies.open(),
      accuracy: () => accuracy.open(),
      status: () => store.setPreferences({ statusOpen: !store.preferences.statusOpen }),
      theme: () => actions.cycleTheme(),
      live: () => chart.goLive(),
      help: () => help.open(),
      escape: () => {
        if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
        else if (store.drawerOpen) actions.toggleDrawer(false);
      },
    }),
    listen(window, 'online', () => connection.retryNow()),
    listen(window, 'hashchange', () => {
      if (!backtests.openLink(location.hash)) void openAddress(sync, store);
    }),
    listen(window.matchMedia('(prefers-color-scheme: light)'), 'change', () => store.touch('preferences')),
  );
  const clock = setInterval(() => store.touch('clock'), 1_000);
  if (!backtests.openLink(location.hash)) void openAddress(sync, store);
  connection.start();

  return () => {
    clearInterval(clock);
    for (const end of ends) end();
    for (const view of views) view.dispose();
    void connection.stop();
    root.replaceChildren();
  };
}

function listen(target: EventTarget, name: string, listener: () => void): () => void {
  target.addEventListener(name, listener);
  return () => target.removeEventListener(name, listener);
}

function currentTheme(): string {
  return document.documentElement.dataset['theme'] ?? 'dark';
}

function applyTheme(store: Store): void {
  const { theme, palette } = store.preferences;
  const systemIsLight = window.matchMedia('(prefers-color-scheme: light)').matches;
  const { dataset } = document.documentElement;
  dataset['theme'] = theme === 'system' ? (systemIsLight ? 'light' : 'dark') : theme;
  dataset['palette'] = palette;
}

/** The address says what is shown, `#AAPL/1m`, so that a link shows the same. */
function writeAddress(store: Store): void {
  // A link to a backtest stays while that is open.
  if (store.selected === null || location.hash.startsWith('#backtest/')) return;
  const hash = `#${encodeURIComponent(store.selected)}/${store.preferences.mode}`;
  if (location.hash !== hash) history.replaceState(null, '', hash);
  document.title = `${store.selected} · DaprTrading`;
}

async function openAddress(sync: Sync, store: Store): Promise<void> {
  const [symbol, wanted] = location.hash.slice(1).split('/').map(decodeURIComponent);
  const mode = chartModes.find((candidate) => candidate === wanted);
  if (mode !== undefined && mode !== store.preferences.mode) store.setPreferences({ mode });
  if (symbol !== undefined && /^[A-Z0-9.\-_^=]{1,32}$/.test(symbol)) await sync.select(symbol);
}
