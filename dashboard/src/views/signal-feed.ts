import type { SignalFilter, Store } from '../store/store';
import { filterSignals } from '../store/store';
import type { TradingSignal } from '../wire/types';
import type { Actions } from './actions';
import type { View } from './dom';
import { h, reconcile, setAttribute, setText } from './dom';
import { formatMoment, formatPrice, formatTime } from './format';
import { replayTag } from './replay-tag';

const maxRows = 150;

export function createSignalFeed(store: Store, actions: Actions): View {
  const kept = new Map<string, HTMLElement>();
  const setFilter = (change: Partial<SignalFilter>): void => {
    store.filter = { ...store.filter, ...change };
    store.touch('signals');
  };

  const symbol = h(
    'input',
    { type: 'search', placeholder: 'Symbol', 'aria-label': 'Filter signals by symbol' },
    [],
    {
      oninput: () => setFilter({ symbol: symbol.value }),
    },
  );
  const side = h(
    'select',
    { 'aria-label': 'Filter signals by side' },
    [
      h('option', { value: '' }, ['Any side']),
      h('option', { value: 'buy' }, ['▲ Buy']),
      h('option', { value: 'sell' }, ['▼ Sell']),
    ],
    { onchange: () => setFilter({ side: side.value === 'buy' || side.value === 'sell' ? side.value : '' }) },
  );
  const strategy = h('select', { 'aria-label': 'Filter signals by strategy' }, [], {
    onchange: () => setFilter({ strategy: strategy.value }),
  });
  const csv = h('a', { class: 'link', href: '/api/signals.csv', download: 'signals.csv' }, ['CSV']);
  const count = h('span', { class: 'count' });
  const message = h('div', { class: 'message', hidden: true });
  const list = h('ol', { class: 'rows data', 'aria-label': 'Signals, newest first' });
  const element = h('section', { class: 'panel signal-feed', 'aria-label': 'Signals' }, [
    h('div', { class: 'panel-head' }, [
      h('h2', {}, ['Signals']),
      count,
      h('span', { class: 'spacer' }),
      h('button', { type: 'button', class: 'link' }, ['Accuracy'], { onclick: () => actions.openAccuracy() }),
      h('button', { type: 'button', class: 'link' }, ['Strategies'], {
        onclick: () => actions.openStrategies(),
      }),
      csv,
    ]),
    h('div', { class: 'tools' }, [symbol, side, strategy]),
    message,
    list,
  ]);

  function paintStrategies(): void {
    const names = [...new Set(store.signals.all.map((signal) => signal.strategy))].sort();
    const key = names.join('|');
    if (strategy.dataset['key'] === key) return;
    strategy.dataset['key'] = key;
    strategy.replaceChildren(
      h('option', { value: '' }, ['Strategy']),
      ...names.map((name) => h('option', { value: name }, [name])),
    );
    strategy.value = store.filter.strategy;
  }

  function paint(): void {
    paintStrategies();
    const shown = filterSignals(store.signals.all, store.filter);
    reconcile(list, kept, shown.slice(0, maxRows), (signal) => signal.id, createRow);
    for (const [id, row] of kept) setAttribute(row, 'data-marked', store.jump?.signalId === id);
    const query = new URLSearchParams();
    if (store.filter.symbol.trim() !== '') query.set('symbol', store.filter.symbol.trim().toUpperCase());
    if (store.filter.strategy !== '') query.set('strategy', store.filter.strategy);
    setAttribute(csv, 'href', `/api/signals.csv${query.size > 0 ? `?${query.toString()}` : ''}`);
    setText(count, shown.length > maxRows ? `${maxRows} of ${shown.length}` : String(shown.length));
    paintMessage(shown.length);
  }

  function paintMessage(shown: number): void {
    const loading = store.signalsLoading;
    message.hidden = shown > 0;
    if (message.hidden) return;
    if (loading.kind === 'failed' && store.signals.all.length === 0)
      message.replaceChildren(
        h('p', {}, [`Signals could not be loaded. ${loading.message}`]),
        h('button', { type: 'button' }, ['Try again'], { onclick: () => actions.retrySignals() }),
      );
    else if (store.signals.all.length > 0)
      message.replaceChildren(h('p', {}, ['No signal matches the filter.']));
    else if (loading.kind === 'loading')
      message.replaceChildren(
        ...Array.from({ length: 5 }, () => h('div', { class: 'skeleton card', 'aria-hidden': 'true' })),
      );
    else
      message.replaceChildren(
        h('p', {}, ['No signals yet. The first ones come once the indicators have warmed up.']),
      );
  }

  function createRow(signal: TradingSignal): HTMLElement {
    const { zone } = store.preferences;
    const percent = Math.round(signal.confidence * 100);
    const isBuy = signal.side === 'buy';
    const button = h(
      'button',
      { type: 'button', class: 'signal', title: `Show bar ${signal.n} of ${signal.symbol}` },
      [
        h('span', { class: 'side', 'data-side': signal.side }, [isBuy ? '▲ BUY' : '▼ SELL']),
        h('span', { class: 'name' }, [signal.symbol, replayTag(signal.source)]),
        h('span', { class: 'price' }, [formatPrice(signal.price)]),
        h('span', { class: 'strategy' }, [signal.strategy, versionTag(signal)]),
        h('span', { class: 'confidence', title: `Confidence ${percent} %` }, [
          h('meter', { min: 0, max: 1, value: signal.confidence, 'aria-label': 'Confidence' }),
          `${percent} %`,
        ]),
        h(
          'time',
          { datetime: new Date(signal.barTime).toISOString(), title: formatMoment(signal.barTime, zone) },
          [formatTime(signal.barTime, zone)],
        ),
      ],
      { onclick: () => actions.jump(signal) },
    );
    return h(
      'li',
      {
        'data-testid': 'signal-row',
        'data-signal-id': signal.id,
        'data-symbol': signal.symbol,
        'data-side': signal.side,
        'data-strategy': signal.strategy,
      },
      [button, reasonsOf(signal)],
    );
  }

  let zone = store.preferences.zone;
  const end = store.subscribe(['signals', 'selection', 'preferences'], () => {
    if (zone !== store.preferences.zone) {
      zone = store.preferences.zone;
      for (const row of kept.values()) row.remove();
      kept.clear();
    }
    paint();
  });
  paint();
  return { element, dispose: end };
}

/** The version of the settings that decided a signal; null when it is not known. */
function versionTag({ settingsVersion }: TradingSignal): HTMLElement | null {
  if (settingsVersion === null) return null;
  return h('span', { class: 'tag version', title: `Settings version ${settingsVersion}` }, [
    `v${settingsVersion}`,
  ]);
}

/** Why a signal was given: its first lines, and all of it when somebody asks. */
function reasonsOf(signal: TradingSignal): HTMLElement {
  const text = signal.reasons.join(' · ');
  const lines = h('span', {}, [text]);
  const button = h(
    'button',
    { type: 'button', class: 'reasons', title: text, 'aria-expanded': 'false' },
    [lines],
    {
      onclick: () =>
        button.setAttribute('aria-expanded', String(button.getAttribute('aria-expanded') === 'false')),
    },
  );
  return button;
}
