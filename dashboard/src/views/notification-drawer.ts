import type { Store } from '../store/store';
import type { Notice } from '../wire/types';
import type { Actions } from './actions';
import type { View } from './dom';
import { h, icon, icons, reconcile, setAttribute } from './dom';
import { formatMoment, formatTime } from './format';
import { replayTag, titleOf } from './replay-tag';

const maxRows = 200;

export function createNotificationDrawer(store: Store, actions: Actions): View {
  const kept = new Map<string, HTMLElement>();
  const list = h('ol', { class: 'rows', 'aria-label': 'Notifications, newest first' });
  const empty = h('p', { class: 'message' }, ['Nothing has happened yet.']);
  const all = h('button', { type: 'button', class: 'link' }, ['Mark all as read'], {
    onclick: () => actions.markRead(unreadIds()),
  });
  const alerts = h('button', { type: 'button', class: 'link' }, ['Alerts …'], {
    onclick: () => actions.openAlerts(),
  });
  const close = h(
    'button',
    { type: 'button', class: 'icon-button small', 'aria-label': 'Close notifications' },
    [icon(icons.close, 16)],
    {
      onclick: () => actions.toggleDrawer(false),
    },
  );
  const element = h('aside', { class: 'drawer', 'aria-label': 'Notifications', hidden: true }, [
    h('div', { class: 'panel-head' }, [
      h('h2', {}, ['Notifications']),
      h('span', { class: 'spacer' }),
      alerts,
      all,
      close,
    ]),
    empty,
    list,
  ]);

  const unreadIds = (): string[] =>
    store.notifications.all.flatMap((notice) => (notice.read ? [] : [notice.id]));

  function createRow(notice: Notice): HTMLElement {
    const { id, symbol } = notice;
    const { zone } = store.preferences;
    const mark = notice.side === null ? '•' : notice.side === 'buy' ? '▲' : '▼';
    const body = h(
      'button',
      { type: 'button', class: 'notice-body' },
      [
        h('strong', {}, [replayTag(notice.source), titleOf(notice)]),
        h('span', {}, [notice.text]),
        h('time', { datetime: new Date(notice.time).toISOString(), title: formatMoment(notice.time, zone) }, [
          formatTime(notice.time, zone),
        ]),
      ],
      {
        onclick: () => {
          actions.markRead([id]);
          const n = barOf(notice);
          if (symbol !== null && n !== null) actions.jump({ symbol, n, id: notice.signalId });
          else if (symbol !== null) actions.select(symbol);
        },
      },
    );
    const read = h('button', { type: 'button', class: 'link mark-read' }, ['Mark read'], {
      onclick: () => actions.markRead([id]),
    });
    return h(
      'li',
      { 'data-testid': 'notification-row', 'data-notification-id': id, 'data-side': notice.side },
      [h('span', { class: 'mark', 'aria-hidden': 'true' }, [mark]), body, read],
    );
  }

  function paint(): void {
    element.hidden = !store.drawerOpen;
    if (element.hidden) return;
    const shown = store.notifications.all.slice(0, maxRows);
    reconcile(list, kept, shown, (notice) => notice.id, createRow);
    for (const notice of shown) {
      const row = kept.get(notice.id);
      if (row !== undefined) setAttribute(row, 'data-read', String(notice.read));
    }
    empty.hidden = shown.length > 0;
    all.hidden = store.unread === 0;
  }

  const end = store.subscribe(['notifications'], paint);
  paint();
  return { element, dispose: end };
}

/** The bar a notification is about: the middle of a signal id `{symbol}:{n}:{strategy}`. */
export function barOf(notice: Pick<Notice, 'signalId' | 'symbol'>): number | null {
  if (notice.signalId === null || notice.symbol === null) return null;
  const rest = notice.signalId.startsWith(`${notice.symbol}:`)
    ? notice.signalId.slice(notice.symbol.length + 1)
    : '';
  const n = Number.parseInt(rest, 10);
  return Number.isSafeInteger(n) && n > 0 ? n : null;
}
