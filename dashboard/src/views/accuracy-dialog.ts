import type { AccuracyReport, AccuracyRow } from '../wire/decode-accuracy';
import type { DialogView } from './dialogs';
import { dialog } from './dialogs';
import { h } from './dom';
import { formatTime } from './format';

/** What the panel needs of the world. */
export interface AccuracyBackend {
  accuracy(query: { readonly symbol: string | null }): Promise<AccuracyReport>;
}

const pollMs = 5_000;
const sideWords = { both: 'Both', buy: '▲ Buy', sell: '▼ Sell' } as const;
const columns = [
  'Strategy',
  'Side',
  'Signals',
  'Hit rate, 95 % interval',
  'Base rate',
  'Mean return',
  'Pending',
];

/** What followed the signals: a rate never without its number, interval and base rate. */
export function createAccuracyDialog(
  backend: AccuracyBackend,
  selected: () => string | null,
  onVisible: () => boolean = () => document.visibilityState === 'visible',
): DialogView {
  const scope = h('select', { 'aria-label': 'Symbols' }, [], { onchange: () => void load() });
  const horizon = h('select', { 'aria-label': 'Horizon' }, [], { onchange: () => paint() });
  const note = h('p', { class: 'form-note', role: 'status' });
  const body = h('tbody');
  const table = h('table', { class: 'accuracy' }, [
    h('thead', {}, [
      h(
        'tr',
        {},
        columns.map((title) => h('th', { scope: 'col' }, [title])),
      ),
    ]),
    body,
  ]);
  const none = h('p', { class: 'dim' }, ['No signal has been followed up yet.']);
  const costs = h('p', { class: 'dim' });
  const view = dialog('Accuracy', [
    h('div', { class: 'tools' }, [h('label', {}, ['Of ', scope]), h('label', {}, ['After ', horizon])]),
    note,
    none,
    h('div', { class: 'accuracy-scroll' }, [table]),
    costs,
  ]);
  view.element.classList.add('wide');
  let report: AccuracyReport | null = null;
  let loading = false;
  let disposed = false;

  async function load(): Promise<void> {
    if (loading) return;
    loading = true;
    try {
      report = await backend.accuracy({ symbol: scope.value === '' ? null : scope.value });
      note.textContent = '';
    } catch (error) {
      note.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      loading = false;
    }
    if (!disposed) paint();
  }

  function paint(): void {
    if (report === null) return;
    paintHorizons(report.horizons);
    const bars = Number(horizon.value);
    const rows = report.rows.filter((row) => row.horizon === bars);
    const { fewest } = report;
    none.hidden = rows.length > 0;
    table.hidden = rows.length === 0;
    body.replaceChildren(...rows.map((row) => rowOf(row, fewest)));
    costs.textContent = `A hit is a profit after ${report.commissionBps} bp commission and ${report.slippageBps} bp slippage a fill: in at the next open, out at the close ${bars} bars after the signal. The base rate is that of the same sides at every bar; the mark on the interval. Under ${fewest} signals a rate says nothing. Counted at ${formatTime(report.asOf, 'local')}.`;
  }

  function paintHorizons(horizons: readonly number[]): void {
    if (horizon.childElementCount === horizons.length) return;
    const usual = horizons.includes(20) ? 20 : horizons[0];
    horizon.replaceChildren(
      ...horizons.map((bars) =>
        h('option', { value: bars, selected: bars === usual }, [bars === 1 ? '1 bar' : `${bars} bars`]),
      ),
    );
  }

  const poll = setInterval(() => {
    if (view.element.hasAttribute('open') && onVisible()) void load();
  }, pollMs);

  return {
    element: view.element,
    open: () => {
      const symbol = selected();
      const was = scope.value;
      scope.replaceChildren(
        h('option', { value: '' }, ['all symbols']),
        ...(symbol === null ? [] : [h('option', { value: symbol, selected: was !== '' }, [symbol])]),
      );
      view.open();
      void load();
    },
    dispose: () => {
      disposed = true;
      clearInterval(poll);
      view.dispose();
    },
  };
}

function rowOf(row: AccuracyRow, fewest: number): HTMLElement {
  return h('tr', { 'data-testid': 'accuracy-row', 'data-strategy': row.strategy, 'data-side': row.side }, [
    h('td', {}, [row.side === 'both' ? nameOf(row) : '']),
    h('td', {}, [sideWords[row.side]]),
    h('td', { class: 'number' }, [row.n.toLocaleString('en-US')]),
    h('td', {}, [rateText(row, fewest), row.n >= fewest ? intervalBar(row) : null]),
    h('td', { class: 'number' }, [row.n >= fewest && row.baseRate !== null ? percent(row.baseRate) : '–']),
    h('td', { class: 'number' }, [row.n >= fewest && row.meanReturn !== null ? signed(row.meanReturn) : '–']),
    h('td', { class: 'number' }, [row.pending.toLocaleString('en-US')]),
  ]);
}

/** A strategy; what it said of bars that were not live is told apart. */
function nameOf(row: AccuracyRow): string {
  return row.origin === 'live' ? row.strategy : `${row.strategy} (${row.origin})`;
}

/** A hit rate in words: with its interval, or that there are too few signals for one. */
export function rateText(row: AccuracyRow, fewest: number): string {
  if (row.n < fewest || row.hitRate === null) return row.n === 0 ? 'none yet' : 'too few';
  return `${percent(row.hitRate)} (${(row.low * 100).toFixed(1)}–${(row.high * 100).toFixed(1)})`;
}

function intervalBar(row: AccuracyRow): HTMLElement {
  const bar = h('span', { class: 'interval', 'aria-hidden': 'true' }, [h('span'), h('i')]);
  const [range, mark] = bar.children as unknown as readonly [HTMLElement, HTMLElement];
  range.style.left = `${row.low * 100}%`;
  range.style.width = `${(row.high - row.low) * 100}%`;
  mark.style.left = `${(row.baseRate ?? 0) * 100}%`;
  return bar;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const signed = (share: number): string => `${share > 0 ? '+' : ''}${(share * 100).toFixed(3)} %`;
