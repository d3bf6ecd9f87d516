import type { Store } from '../store/store';
import type { IndicatorPoint } from '../wire/types';
import type { View } from './dom';
import { h } from './dom';
import { formatCompact, formatMoment, formatPrice } from './format';

const rowCount = 50;
const columns = [
  'Bar',
  'Time',
  'Open',
  'High',
  'Low',
  'Close',
  'Volume',
  'SMA 20',
  'SMA 50',
  'RSI 14',
  'MACD',
] as const;

export interface BarsTable extends View {
  readonly isOpen: boolean;
  toggle(): void;
}

/** The last bars in words and numbers, for everybody who cannot or will not read a picture. */
export function createBarsTable(store: Store): BarsTable {
  const body = h('tbody');
  const caption = h('caption');
  const element = h(
    'div',
    { class: 'bars-table data', hidden: true, tabindex: 0, 'data-testid': 'bars-table' },
    [
      h('table', {}, [
        caption,
        h('thead', {}, [
          h(
            'tr',
            {},
            columns.map((name) => h('th', { scope: 'col' }, [name])),
          ),
        ]),
        body,
      ]),
    ],
  );
  let drawn = '';

  function paint(): void {
    const { series } = store;
    if (element.hidden || series === null) return;
    const key = `${series.symbol} ${series.lastN} ${store.preferences.zone}`;
    if (key === drawn) return;
    drawn = key;
    caption.textContent = `The last ${Math.min(rowCount, series.points.length)} bars of ${series.symbol}, newest first`;
    body.replaceChildren(...series.points.slice(-rowCount).reverse().map(toRow));
  }

  function toRow(p: IndicatorPoint): HTMLElement {
    const value = (v: number | null, digits = 2): string => (v === null ? 'warming up' : v.toFixed(digits));
    const cells = [
      formatMoment(p.time, store.preferences.zone),
      ...[p.open, p.high, p.low, p.close].map(formatPrice),
      formatCompact(p.volume),
      value(p.sma20),
      value(p.sma50),
      value(p.rsi14, 1),
      value(p.macd, 3),
    ];
    return h('tr', {}, [
      h('th', { scope: 'row' }, [String(p.n)]),
      ...cells.map((text) => h('td', {}, [text])),
    ]);
  }

  const end = store.subscribe(['clock', 'selection'], paint);
  return {
    element,
    get isOpen() {
      return !element.hidden;
    },
    toggle: () => {
      element.hidden = !element.hidden;
      paint();
    },
    dispose: end,
  };
}
