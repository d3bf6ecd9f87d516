import type { SortKey } from '../store/preferences';
import { sortKeys } from '../store/preferences';
import type { Store, SymbolRow } from '../store/store';
import { isReplay } from '../wire/source';
import type { Actions } from './actions';
import type { View } from './dom';
import { h, icon, icons, reconcile, setAttribute, setText } from './dom';
import { formatAge, formatPrice, formatSigned, rsiWord, trendWords } from './format';
import { Sparkline } from './sparkline';

export interface WatchListView extends View {
  focusSearch(): void;
  move(step: number): void;
}

const maxRows = 300;
const sortWords: Readonly<Record<SortKey, string>> = {
  symbol: 'Symbol',
  change: 'Change %',
  rsi: 'RSI',
  last: 'Price',
  age: 'Last update',
};

export function createWatchList(store: Store, actions: Actions): WatchListView {
  const rows = new Map<string, HTMLElement>();
  const painters = new Map<string, (row: SymbolRow) => void>();
  const stillMotion = window.matchMedia('(prefers-reduced-motion: reduce)');

  const search = h(
    'input',
    { type: 'search', placeholder: 'Search', 'aria-label': 'Search symbols', 'aria-keyshortcuts': '/' },
    [],
    {
      oninput: () => {
        store.search = search.value;
        store.touch('symbols');
      },
      onkeydown: (event) => {
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
          event.preventDefault();
          move(event.key === 'ArrowDown' ? 1 : -1);
        }
        const first = visible()[0];
        if (event.key === 'Enter' && first !== undefined) actions.select(first.symbol);
      },
    },
  );
  const sort = h(
    'select',
    { 'aria-label': 'Sort by' },
    sortKeys.map((key) => h('option', { value: key }, [sortWords[key]])),
    { onchange: () => store.setPreferences({ sort: sort.value as SortKey }) },
  );
  const direction = h('button', { type: 'button', class: 'icon-button small' }, [icon(icons.sort, 15)], {
    onclick: () => store.setPreferences({ descending: !store.preferences.descending }),
  });
  const list = h('ul', {
    class: 'rows data',
    role: 'listbox',
    tabindex: 0,
    'aria-label': 'Symbols',
    'data-testid': 'watchlist',
  });
  const message = h('div', { class: 'message', hidden: true });
  const count = h('span', { class: 'count' });
  const element = h('section', { class: 'panel watch-list', 'aria-label': 'Watch list' }, [
    h('div', { class: 'panel-head' }, [h('h2', {}, ['Watch list']), count]),
    h('div', { class: 'tools' }, [
      h('label', { class: 'search' }, [search, h('kbd', {}, ['/'])]),
      sort,
      direction,
    ]),
    message,
    list,
  ]);

  const visible = (): SymbolRow[] => sortRows(matching(store.symbols.values(), store.search), store);

  function move(step: number): void {
    const shown = visible();
    const at = shown.findIndex((row) => row.symbol === store.selected);
    const next = shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + step))];
    if (next !== undefined) actions.select(next.symbol);
  }

  function createRow(row: SymbolRow): HTMLElement {
    const { symbol } = row;
    const spark = new Sparkline();
    const trend = h('span', { class: 'trend' });
    const last = h('span', { class: 'last' });
    const change = h('span', { class: 'change' });
    const rsi = h('span', { class: 'rsi' });
    const age = h('span', { class: 'age' });
    const badge = h('span', { class: 'tag replay', hidden: true }, ['REPLAY']);
    const item = h(
      'li',
      { role: 'option', id: `row-${symbol}`, 'data-testid': 'watchlist-row', 'data-symbol': symbol },
      [
        h('span', { class: 'name' }, [symbol, badge, age]),
        spark.element,
        last,
        h('span', { class: 'sub' }, [trend, rsi]),
        change,
      ],
      { onclick: () => actions.select(symbol) },
    );
    let drawnN = row.quote.n;
    painters.set(symbol, (now) => {
      const { quote } = now;
      const percent = quote.changePercent;
      const sign = percent === null || percent === 0 ? 'even' : percent > 0 ? 'up' : 'down';
      setAttribute(item, 'aria-selected', String(store.selected === symbol));
      setAttribute(item, 'data-sign', sign);
      setText(last, formatPrice(quote.last));
      setText(change, percent === null ? '–' : `${formatSigned(percent)} %`);
      setText(rsi, rsiText(now));
      setAttribute(rsi, 'data-zone', rsiWord(quote.rsi14, quote.unchanged).replace(' ', '-'));
      const { arrow, word } = trendWords[quote.trend];
      setText(trend, `${arrow} ${word}`);
      setAttribute(trend, 'data-trend', quote.trend);
      const ageMs = store.now() - now.seenAt;
      setText(age, formatAge(ageMs));
      setAttribute(item, 'data-old', ageMs > 10_000);
      badge.hidden = !isReplay(quote.source);
      spark.draw(now.sparkline);
      if (quote.n !== drawnN && now.moved !== 0 && !stillMotion.matches) flash(last, now.moved);
      drawnN = quote.n;
    });
    return item;
  }

  function paint(): void {
    const shown = visible();
    reconcile(list, rows, shown.slice(0, maxRows), (row) => row.symbol, createRow);
    for (const symbol of painters.keys()) if (!rows.has(symbol)) painters.delete(symbol);
    for (const row of shown) painters.get(row.symbol)?.(row);
    setText(
      count,
      shown.length === store.symbols.size ? String(shown.length) : `${shown.length} of ${store.symbols.size}`,
    );
    setAttribute(list, 'aria-activedescendant', store.selected === null ? null : `row-${store.selected}`);
    setAttribute(
      direction,
      'aria-label',
      store.preferences.descending ? 'Sorted descending' : 'Sorted ascending',
    );
    if (sort.value !== store.preferences.sort) sort.value = store.preferences.sort;
    paintMessage(shown.length);
  }

  function paintMessage(shown: number): void {
    const loading = store.symbolsLoading;
    message.hidden = shown > 0 && loading.kind !== 'failed';
    if (message.hidden) return;
    const key = `${loading.kind} ${store.symbols.size} ${store.search}`;
    if (message.dataset['key'] === key) return;
    message.dataset['key'] = key;
    if (loading.kind === 'failed')
      message.replaceChildren(
        h('p', {}, [`The list could not be loaded. ${loading.message}`]),
        h('button', { type: 'button' }, ['Try again'], { onclick: () => actions.retrySymbols() }),
      );
    else if (loading.kind === 'loading' && store.symbols.size === 0)
      message.replaceChildren(
        ...Array.from({ length: 8 }, () => h('div', { class: 'skeleton row', 'aria-hidden': 'true' })),
      );
    else if (store.symbols.size === 0) message.replaceChildren(h('p', {}, ['No symbols yet.']));
    else message.replaceChildren(h('p', {}, [`No symbol matches “${store.search}”.`]));
  }

  /** Scrolls the list only; scrollIntoView would move the whole page on a small screen. */
  function reveal(row: HTMLElement): void {
    const top = row.offsetTop - list.offsetTop;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + row.offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = top + row.offsetHeight - list.clientHeight;
  }

  let scrolledTo: string | null = null;
  const end = store.subscribe(['symbols', 'selection', 'preferences', 'clock'], () => {
    paint();
    if (scrolledTo === store.selected) return;
    scrolledTo = store.selected;
    const row = scrolledTo === null ? undefined : rows.get(scrolledTo);
    if (row !== undefined) reveal(row);
  });
  paint();
  return {
    element,
    focusSearch: () => {
      search.focus();
      search.select();
    },
    move,
    dispose: end,
  };
}

export function matching(rows: Iterable<SymbolRow>, search: string): SymbolRow[] {
  const wanted = search.trim().toUpperCase();
  return [...rows].filter((row) => row.symbol.includes(wanted));
}

export function sortRows(rows: SymbolRow[], { preferences }: Pick<Store, 'preferences'>): SymbolRow[] {
  const sign = preferences.descending ? -1 : 1;
  const none = Number.NEGATIVE_INFINITY;
  const value: Readonly<Record<Exclude<SortKey, 'symbol'>, (row: SymbolRow) => number>> = {
    change: (row) => row.quote.changePercent ?? none,
    rsi: (row) => row.quote.rsi14 ?? none,
    last: (row) => row.quote.last,
    age: (row) => -Math.round(row.seenAt / 1_000),
  };
  const by = preferences.sort;
  return rows.sort((a, b) => {
    const order = by === 'symbol' ? 0 : Math.sign(value[by](a) - value[by](b)) || 0;
    return order === 0 ? (by === 'symbol' ? sign : 1) * (a.symbol < b.symbol ? -1 : 1) : sign * order;
  });
}

function rsiText({ quote }: SymbolRow): string {
  const word = rsiWord(quote.rsi14, quote.unchanged);
  if (word === 'no movement') return word;
  if (quote.rsi14 === null) return 'RSI warming up';
  return `RSI ${quote.rsi14.toFixed(1)}${word === 'neutral' ? '' : ` ${word}`}`;
}

function flash(element: HTMLElement, moved: -1 | 1): void {
  const colour = moved > 0 ? 'var(--up-soft)' : 'var(--down-soft)';
  element.animate([{ backgroundColor: colour }, { backgroundColor: 'transparent' }], { duration: 450 });
}
