import type { Store } from '../store/store';
import type { ConnectionState } from '../wire/connection';
import type { Actions } from './actions';
import type { View } from './dom';
import { h, icon, icons, setAttribute, setText } from './dom';
import { formatAge, formatCompact, formatMs } from './format';

export function createHeader(store: Store, actions: Actions): View {
  const word = h('strong');
  const detail = h('span', { class: 'connection-detail' });
  const retry = h('button', { type: 'button', class: 'link', hidden: true }, ['Try now'], {
    onclick: () => actions.retryConnection(),
  });
  const connection = h('div', { class: 'connection', 'data-testid': 'connection-state' }, [
    h('span', { class: 'dot', 'aria-hidden': 'true' }),
    h('span', { role: 'status' }, [word]),
    detail,
    retry,
  ]);
  const rate = h('strong');
  const latency = h('strong');
  const feed = h(
    'div',
    { class: 'feed-meter', title: 'Bars per second, and the median way from ingest to this screen' },
    [h('span', {}, [rate, ' bars/s']), h('span', {}, [latency, ' to screen'])],
  );
  const count = h('span', { class: 'badge', hidden: true });
  const bell = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-keyshortcuts': 'n' },
    [icon(icons.bell), count],
    {
      onclick: () => actions.toggleDrawer(),
    },
  );
  const themeIcon = h('span');
  const theme = h('button', { type: 'button', class: 'icon-button' }, [themeIcon], {
    onclick: () => actions.cycleTheme(),
  });
  const settings = button('Settings', icons.gear, () => actions.openSettings());
  const replays = button('Replay recorded data', icons.replay, () => actions.openReplays());
  const backtests = button('Backtest strategies', icons.backtest, () => actions.openBacktests());
  const replayBadge = h(
    'span',
    {
      class: 'tag replay',
      hidden: true,
      'data-testid': 'replay-badge',
      title: 'Recorded data is being replayed',
    },
    ['REPLAY'],
  );
  const help = button('Keyboard help', icons.help, () => actions.openHelp());
  help.classList.add('help-button');

  const element = h('header', { class: 'header' }, [
    h('a', { class: 'brand', href: '/' }, [
      h('img', { src: '/favicon.svg', alt: '', width: 26, height: 26 }),
      h('h1', {}, ['Dapr', h('span', {}, ['Trading'])]),
    ]),
    connection,
    replayBadge,
    h('div', { class: 'spacer' }),
    feed,
    replays,
    backtests,
    theme,
    settings,
    help,
    bell,
  ]);

  const paintConnection = (): void => {
    const { connection: state } = store;
    const text = connectionText(state, store.now());
    setAttribute(connection, 'data-state', state.kind);
    setAttribute(document.documentElement, 'data-connection', state.kind);
    setText(word, text.word);
    setText(detail, text.detail);
    retry.hidden = state.kind !== 'reconnecting' && state.kind !== 'offline';
  };
  const paintFeed = (): void => {
    const now = store.now();
    const perSecond = store.bars.perSecond(now);
    const median = store.latency.percentile(now, 0.5);
    setText(rate, formatCompact(Math.round(perSecond)));
    setText(latency, median === null ? '–' : formatMs(median));
  };
  const paintReplays = (): void => {
    replayBadge.hidden = !store.isReplaying;
  };
  const paintBell = (): void => {
    const { unread } = store;
    count.hidden = unread === 0;
    setText(count, unread > 99 ? '99+' : String(unread));
    setAttribute(bell, 'aria-label', unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`);
    setAttribute(bell, 'aria-expanded', String(store.drawerOpen));
  };
  const paintTheme = (): void => {
    const current = store.preferences.theme;
    const isLight = document.documentElement.dataset['theme'] === 'light';
    themeIcon.replaceChildren(icon(isLight ? icons.sun : icons.moon));
    setAttribute(theme, 'aria-label', `Theme: ${current}. Change`);
    setAttribute(theme, 'title', `Theme: ${current}`);
  };

  const end = store.subscribe(['connection', 'clock', 'notifications', 'preferences'], (topics) => {
    if (topics.has('connection') || topics.has('clock')) paintConnection();
    if (topics.has('clock')) {
      paintFeed();
      paintReplays();
    }
    if (topics.has('notifications')) paintBell();
    if (topics.has('preferences')) paintTheme();
  });
  paintConnection();
  paintFeed();
  paintReplays();
  paintBell();
  paintTheme();
  return { element, dispose: end };
}

/** What the page says about its feed: a word, and the rest of the truth. */
export function connectionText(state: ConnectionState, now: number): { word: string; detail: string } {
  switch (state.kind) {
    case 'connecting':
      return { word: 'Connecting', detail: '' };
    case 'live':
      return { word: 'Live', detail: '' };
    case 'stale':
      return state.lastBarAt === null
        ? { word: 'Stale', detail: 'connected, but no bars yet' }
        : { word: 'Stale', detail: `connected, last bar ${formatAge(now - state.lastBarAt)} ago` };
    case 'reconnecting':
    case 'offline': {
      const seconds = Math.max(0, Math.ceil((state.nextTryAt - now) / 1_000));
      const next = seconds === 0 ? 'trying now' : `next try in ${seconds} s`;
      return {
        word: state.kind === 'offline' ? 'Offline' : 'Reconnecting',
        detail: `attempt ${state.attempt}, ${next}`,
      };
    }
    default:
      return state satisfies never;
  }
}

function button(label: string, path: string, onclick: () => void): HTMLButtonElement {
  return h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label },
    [icon(path)],
    { onclick },
  );
}
