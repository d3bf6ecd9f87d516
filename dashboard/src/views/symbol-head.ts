import type { Store } from '../store/store';
import { isReplay } from '../wire/source';
import type { View } from './dom';
import { h, setAttribute, setText } from './dom';
import { formatCompact, formatPrice, formatSigned, rsiWord, trendWords } from './format';

const facts = ['Open', 'High', 'Low', 'VWAP', 'Volume', 'Volatility', 'Drawdown', 'RSI', 'Signals'] as const;

/** Name, price and the day's figures of the chosen symbol. */
export function createSymbolHead(store: Store): View {
  const name = h('h2', {}, ['–']);
  const replay = h(
    'span',
    { class: 'tag replay', hidden: true, title: 'Recorded data, not the live market' },
    ['REPLAY'],
  );
  const last = h('span', { class: 'head-last' });
  const change = h('span', { class: 'head-change' });
  const trend = h('span', { class: 'trend' });
  const values = new Map(facts.map((fact) => [fact, h('dd')]));
  const element = h('div', { class: 'symbol-head' }, [
    h('div', { class: 'head-main' }, [name, replay, last, change, trend]),
    h(
      'dl',
      { class: 'facts' },
      facts.map((fact) =>
        h('div', { 'data-fact': fact.toLowerCase() }, [h('dt', {}, [fact]), values.get(fact) ?? null]),
      ),
    ),
  ]);

  const set = (fact: (typeof facts)[number], text: string): void => {
    const cell = values.get(fact);
    if (cell !== undefined) setText(cell, text);
  };

  function paint(): void {
    const row = store.selected === null ? undefined : store.symbols.get(store.selected);
    element.classList.toggle('empty', row === undefined);
    setText(name, store.selected ?? 'No symbol');
    if (row === undefined) {
      replay.hidden = true;
      for (const cell of [last, change, trend, ...values.values()]) setText(cell, '');
      return;
    }
    const { quote, summary } = row;
    const percent = quote.changePercent;
    replay.hidden = !isReplay(quote.source);
    setText(last, formatPrice(quote.last));
    const by = quote.change === null ? '' : formatSigned(quote.change);
    setText(change, percent === null ? '' : `${by} (${formatSigned(percent)} %)`);
    setAttribute(
      change,
      'data-sign',
      percent === null || percent === 0 ? 'even' : percent > 0 ? 'up' : 'down',
    );
    setText(trend, `${trendWords[quote.trend].arrow} ${trendWords[quote.trend].word}`);
    setAttribute(trend, 'data-trend', quote.trend);
    const word = rsiWord(quote.rsi14, quote.unchanged);
    set('RSI', word === 'no movement' || quote.rsi14 === null ? word : `${quote.rsi14.toFixed(1)} ${word}`);
    set('Open', summary === null ? '–' : formatPrice(summary.dayOpen));
    set('High', summary === null ? '–' : formatPrice(summary.dayHigh));
    set('Low', summary === null ? '–' : formatPrice(summary.dayLow));
    set('VWAP', summary === null || summary.vwap === null ? '–' : formatPrice(summary.vwap));
    const volume = quote.volume ?? summary?.volume;
    set('Volume', volume === undefined ? '–' : formatCompact(summary?.volume ?? volume));
    set(
      'Volatility',
      summary === null || summary.volatility === null ? '–' : `${(summary.volatility * 100).toFixed(3)} %`,
    );
    set('Drawdown', summary === null ? '–' : `${(summary.maxDrawdown * 100).toFixed(1)} %`);
    set('Signals', summary === null ? '–' : `${summary.buySignals} buy, ${summary.sellSignals} sell`);
  }

  const end = store.subscribe(['symbols', 'selection'], paint);
  paint();
  return { element, dispose: end };
}
