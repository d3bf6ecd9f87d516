import type { BarSource, ChartBar } from '../chart/chart-bars';
import { barsOfCandles, barsOfPoints } from '../chart/chart-bars';
import { readPalette } from '../chart/palette';
import { PriceChart } from '../chart/price-chart';
import { overlayInfo, warmUpText } from '../chart/warm-up';
import type { OverlayId } from '../store/preferences';
import { chartModes, overlayIds } from '../store/preferences';
import type { Store } from '../store/store';
import type { TradingSignal } from '../wire/types';
import type { Actions } from './actions';
import { createBarsTable } from './bars-table';
import type { View } from './dom';
import { h, icon, icons, setAttribute } from './dom';
import { formatMoment, formatPrice, formatTick } from './format';
import { createLegend } from './legend';
import { createSymbolHead } from './symbol-head';

export interface ChartView extends View {
  goLive(): void;
}

/** The centre of the page: the symbol's figures, the tools, the chart and its legend. */
export function createChartView(store: Store, actions: Actions): ChartView {
  const head = createSymbolHead(store);
  const canvas = h('div', { class: 'chart-canvas data' });
  const legend = createLegend();
  const tip = h('div', { class: 'signal-tip', role: 'status', hidden: true });
  const message = h('div', { class: 'chart-message', hidden: true });
  const live = h(
    'button',
    { type: 'button', class: 'go-live', hidden: true },
    ['Go to live', icon(icons.live, 15)],
    {
      onclick: () => chart.goLive(),
    },
  );
  const stage = h('div', { class: 'chart-stage', 'data-testid': 'chart', role: 'figure', tabindex: -1 }, [
    canvas,
    legend.element,
    tip,
    message,
    live,
  ]);
  const table = createBarsTable(store);
  const tableButton = h(
    'button',
    { type: 'button', class: 'chip', 'aria-pressed': 'false' },
    [icon(icons.table, 15), 'Table'],
    {
      onclick: () => {
        table.toggle();
        stage.hidden = table.isOpen;
        setAttribute(tableButton, 'aria-pressed', String(table.isOpen));
      },
    },
  );
  const modes = chartModes.map((mode) =>
    h(
      'button',
      { type: 'button', 'data-mode': mode, title: mode === 'bars' ? 'Every bar as it came' : mode },
      [mode === 'bars' ? 'Bars' : mode],
      { onclick: () => actions.setMode(mode) },
    ),
  );
  const overlays = overlayIds.map((id) =>
    h(
      'button',
      { type: 'button', class: 'chip', 'data-overlay': id },
      [h('i', { 'aria-hidden': 'true' }), overlayInfo[id].label],
      {
        onclick: () => actions.toggleOverlay(id),
      },
    ),
  );
  const element = h('section', { class: 'panel chart-panel', 'aria-label': 'Chart' }, [
    head.element,
    h('div', { class: 'chart-tools' }, [
      h('div', { class: 'segmented', role: 'group', 'aria-label': 'Interval' }, modes),
      h('span', { class: 'spacer' }),
      tableButton,
      h('div', { class: 'chips', role: 'group', 'aria-label': 'Indicators' }, overlays),
    ]),
    stage,
    table.element,
  ]);

  let hovered: ChartBar | null = null;
  let pinned: readonly TradingSignal[] = [];

  const chart = new PriceChart(canvas, readPalette(document.documentElement), {
    hover: (bar, signals, point) => {
      hovered = bar;
      paintLegend();
      if (signals.length > 0) paintTip(signals, point);
      else paintTip(pinned, null);
    },
    click: (signals) => {
      pinned = signals;
      paintTip(signals, null);
    },
    nearBeginning: () => actions.loadOlder(),
    live: (isLive) => {
      live.hidden = isLive;
    },
    formatTick: (time, kind) => formatTick(time, kind, store.preferences.zone),
    formatTime: (time) => formatMoment(time, store.preferences.zone),
  });
  chart.setOverlays(store.preferences.overlays);

  let drawnOverlays: readonly OverlayId[] = store.preferences.overlays;
  let look = lookOf(store);
  let drawnJump = store.jump;
  let signalsOf = '';

  function source(): BarSource | null {
    const { series, candles, preferences } = store;
    if (series === null) return null;
    if (preferences.mode === 'bars') return barsOfPoints(series);
    return candles === null ? null : barsOfCandles(candles, series);
  }

  function paintLook(): void {
    const { preferences } = store;
    if (look !== lookOf(store)) {
      look = lookOf(store);
      chart.setPalette(readPalette(document.documentElement), preferences.overlays);
    } else if (drawnOverlays !== preferences.overlays) {
      chart.setOverlays(preferences.overlays);
    }
    drawnOverlays = preferences.overlays;
    for (const button of modes)
      setAttribute(button, 'aria-pressed', String(button.dataset['mode'] === preferences.mode));
    for (const [i, button] of overlays.entries()) {
      const id = overlayIds[i];
      setAttribute(button, 'aria-pressed', String(id !== undefined && preferences.overlays.includes(id)));
    }
  }

  function paintSignals(): void {
    const key = `${store.selected ?? ''} ${store.signals.all.length} ${store.signals.all[0]?.id ?? ''}`;
    if (key === signalsOf) return;
    signalsOf = key;
    chart.setSignals(store.signals.all.filter((signal) => signal.symbol === store.selected));
  }

  function paintBars(): void {
    const bars = source();
    if (bars !== null) chart.draw(bars);
    paintSignals();
    if (store.jump !== drawnJump && bars !== null) {
      drawnJump = store.jump;
      const { jump } = store;
      if (jump !== null && jump.symbol === store.selected && chart.show(jump.n)) {
        pinned = store.signals.all.filter((signal) => signal.symbol === jump.symbol && signal.n === jump.n);
        paintTip(pinned, null);
      }
    }
    paintMessage(bars);
    paintLegend();
    paintFacts();
  }

  /** What an assistive tool and an end-to-end test can read of the picture. */
  function paintFacts(): void {
    const last = store.series?.last;
    const facts = {
      'data-symbol': store.selected,
      'data-mode': store.preferences.mode,
      'data-points': store.series?.points.length ?? 0,
      'data-last-n': last?.n ?? null,
      'data-last-time': last?.time ?? null,
      'data-last-close': last?.close ?? null,
      'data-last-rsi': last?.rsi14 ?? null,
      'data-last-sma20': last?.sma20 ?? null,
      'data-markers': chart.markerCount,
      'aria-label':
        last === undefined
          ? 'Chart without data'
          : `Candle chart of ${store.selected ?? ''}, ${store.series?.points.length ?? 0} bars. Use the table for values.`,
    };
    for (const [name, value] of Object.entries(facts)) setAttribute(stage, name, value);
  }

  function paintLegend(): void {
    const bars = source();
    const bar = hovered ?? (bars === null ? null : (bars.at(bars.length - 1) ?? null));
    const { preferences, series } = store;
    const warming = preferences.overlays.flatMap((id) =>
      series === null || series.points.length === 0 ? [] : (warmUpText(id, series.last) ?? []),
    );
    legend.paint(bar, preferences, warming, (id) => chart.paneTop(chart.panes.get(id) ?? 0));
  }

  function paintTip(signals: readonly TradingSignal[], at: { x: number; y: number } | null): void {
    tip.hidden = signals.length === 0;
    if (tip.hidden) return;
    tip.replaceChildren(
      ...signals.map((signal) =>
        h('div', { 'data-side': signal.side }, [
          h('strong', {}, [`${signal.side === 'buy' ? '▲ Buy' : '▼ Sell'} at ${formatPrice(signal.price)}`]),
          h('span', {}, [`${signal.strategy}, ${Math.round(signal.confidence * 100)} %`]),
          h('p', {}, [signal.reasons.join(' · ')]),
        ]),
      ),
    );
    const width = stage.clientWidth;
    const x = at === null ? width - 330 : at.x + (at.x > width - 300 ? -276 : 16);
    tip.style.left = `${Math.max(8, x)}px`;
    tip.style.top = `${at === null ? 46 : Math.max(8, at.y - 20)}px`;
  }

  function messageKind(bars: BarSource | null): 'loading' | 'empty' | 'cut-off' | 'failed' {
    const isCutOff = store.connection.kind === 'reconnecting' || store.connection.kind === 'offline';
    if (isCutOff) return 'cut-off';
    if (store.symbols.size === 0) return store.symbolsLoading.kind === 'loading' ? 'loading' : 'empty';
    if (store.seriesLoading.kind === 'failed') return 'failed';
    return store.seriesLoading.kind === 'loading' || bars === null ? 'loading' : 'empty';
  }

  function paintMessage(bars: BarSource | null): void {
    const { seriesLoading: loading } = store;
    const hasBars = bars !== null && bars.length > 0;
    const kind = hasBars ? 'none' : messageKind(bars);
    message.hidden = kind === 'none';
    if (message.dataset['kind'] === kind) return;
    message.dataset['kind'] = kind;
    if (kind === 'loading')
      message.replaceChildren(h('div', { class: 'skeleton chart-skeleton' }), h('p', {}, ['Loading bars …']));
    if (kind === 'empty')
      message.replaceChildren(
        h('h3', {}, ['No data yet']),
        h('p', {}, ['Start the generator with ', h('code', {}, ['./run generate'])]),
        h('p', { class: 'dim' }, ['The chart begins with the first bar.']),
      );
    if (kind === 'cut-off')
      message.replaceChildren(
        h('h3', {}, ['No connection to the server']),
        h('p', {}, ['It is tried again by itself. Start the system with ', h('code', {}, ['./run up'])]),
        h('button', { type: 'button' }, ['Try now'], { onclick: () => actions.retryConnection() }),
      );
    if (kind === 'failed')
      message.replaceChildren(
        h('h3', {}, ['The bars could not be loaded']),
        h('p', {}, [loading.kind === 'failed' ? loading.message : '']),
        h('button', { type: 'button' }, ['Try again'], { onclick: () => actions.retrySeries() }),
      );
  }

  // The panes move when the chart's size does; the legend follows with the next frame.
  const resized = new ResizeObserver(() => store.touch('series'));
  resized.observe(canvas);
  const ends = [
    store.subscribe(['clock'], paintLegend),
    store.subscribe(['connection'], () => paintMessage(source())),
    store.subscribe(['selection', 'series', 'signals', 'preferences', 'symbols'], (topics) => {
      if (topics.has('preferences')) paintLook();
      if (topics.has('selection')) {
        hovered = null;
        pinned = [];
        tip.hidden = true;
      }
      if (topics.has('series') || topics.has('selection') || topics.has('preferences')) paintBars();
      else if (topics.has('signals')) {
        paintSignals();
        paintFacts();
      } else if (store.symbols.size === 0 || message.dataset['kind'] !== 'none') paintMessage(source());
    }),
  ];
  paintLook();
  paintBars();
  return {
    element,
    goLive: () => chart.goLive(),
    dispose: () => {
      for (const end of ends) end();
      resized.disconnect();
      chart.dispose();
      head.dispose();
      table.dispose();
    },
  };
}

function lookOf({ preferences }: Store): string {
  return `${document.documentElement.dataset['theme'] ?? ''} ${preferences.palette} ${preferences.zone}`;
}
