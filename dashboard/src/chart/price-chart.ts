import type {
  CandlestickData,
  IChartApi,
  ISeriesApi,
  ISeriesMarkersPluginApi,
  MouseEventParams,
  SeriesMarker,
  Time,
  UTCTimestamp,
} from 'lightweight-charts';
import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  HistogramSeries,
  TickMarkType,
  createChart,
  createSeriesMarkers,
} from 'lightweight-charts';
import type { OverlayId } from '../store/preferences';
import type { ChartSeconds, UnixMs } from '../wire/brand';
import type { TradingSignal } from '../wire/types';
import type { BarSource, ChartBar } from './chart-bars';
import { indexOfN, signalsByBar } from './chart-bars';
import { ChartTimes } from './chart-time';
import { Overlays } from './overlays';
import type { Palette } from './palette';

/** Which part of a time an axis label shows. */
export type TickKind = 'year' | 'month' | 'day' | 'time' | 'seconds';

export interface PriceChartEvents {
  /** The bar under the pointer, with its signals; null when there is none. */
  hover(
    bar: ChartBar | null,
    signals: readonly TradingSignal[],
    point: { x: number; y: number } | null,
  ): void;
  click(signals: readonly TradingSignal[]): void;
  /** The user looks at the oldest bars. */
  nearBeginning(): void;
  /** Whether the newest bar is in view. */
  live(isLive: boolean): void;
  formatTick(time: UnixMs, kind: TickKind): string;
  formatTime(time: UnixMs): string;
}

const firstBars = 140;
const fewestBars = 50;
/** With more marks than one in so many bars their words would cover each other: the shapes say it alone. */
const barsPerWord = 10;
const rightMargin = 6;
const maxMarkers = 300;

/** The drawing: candles, volume, indicators and signal marks. Knows no store and no transport. */
export class PriceChart {
  /** Pane of each indicator that has its own. */
  panes: ReadonlyMap<OverlayId, number> = new Map();
  markerCount = 0;

  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<'Candlestick'>;
  private readonly volume: ISeriesApi<'Histogram'>;
  private readonly markers: ISeriesMarkersPluginApi<Time>;
  private readonly overlays: Overlays;
  private readonly times = new ChartTimes();
  private source: BarSource | null = null;
  private signals: readonly TradingSignal[] = [];
  private byBar = new Map<number, TradingSignal[]>();
  private formingIndex = -1;
  private precision = -1;
  private priceLineColor = '';

  constructor(
    private readonly container: HTMLElement,
    private palette: Palette,
    private readonly events: PriceChartEvents,
  ) {
    this.chart = createChart(container, { autoSize: true, ...this.chartOptions() });
    this.volume = this.chart.addSeries(HistogramSeries, {
      priceScaleId: '',
      priceFormat: { type: 'volume' },
      priceLineVisible: false,
      lastValueVisible: false,
    });
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.candles = this.chart.addSeries(CandlestickSeries, this.candleOptions());
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.14, bottom: 0.18 } });
    this.markers = createSeriesMarkers(this.candles, []);
    this.overlays = new Overlays(this.chart);
    this.chart.subscribeCrosshairMove(this.onCrosshair);
    this.chart.subscribeClick(this.onClick);
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(this.onRange);
  }

  dispose(): void {
    this.chart.unsubscribeCrosshairMove(this.onCrosshair);
    this.chart.unsubscribeClick(this.onClick);
    this.chart.timeScale().unsubscribeVisibleLogicalRangeChange(this.onRange);
    this.chart.remove();
  }

  /** Draws what is new in `source`; everything when its key changed. */
  draw(source: BarSource): void {
    const before = this.source;
    this.source = source;
    if (before?.key !== source.key || source.length < this.times.length) this.drawAll(source, before);
    else this.drawNew(source);
  }

  setSignals(signals: readonly TradingSignal[]): void {
    this.signals = signals;
    this.drawMarkers();
  }

  setOverlays(enabled: readonly OverlayId[]): void {
    this.panes = this.overlays.build(enabled, this.palette);
    if (this.source !== null)
      this.overlays.set(this.allBars(this.source).slice(0, this.times.length), this.allTimes(), this.palette);
  }

  setPalette(palette: Palette, enabled: readonly OverlayId[]): void {
    this.palette = palette;
    this.chart.applyOptions(this.chartOptions());
    this.candles.applyOptions(this.candleOptions());
    this.setOverlays(enabled);
    if (this.source !== null) this.drawAll(this.source, this.source);
  }

  goLive(): void {
    this.chart.timeScale().scrollToRealTime();
  }

  /** Brings the bar that holds `n` into the middle of the view and marks it. */
  show(n: number): boolean {
    if (this.source === null) return false;
    const index = indexOfN(this.source, n);
    const bar = this.source.at(index);
    const time = this.times.at(index);
    if (bar === undefined || time === undefined) return false;
    const range = this.chart.timeScale().getVisibleLogicalRange();
    const half = range === null ? firstBars / 2 : Math.max(20, (range.to - range.from) / 2);
    this.chart.timeScale().setVisibleLogicalRange({ from: index - half, to: index + half });
    this.chart.setCrosshairPosition(bar.close, Number(time) as UTCTimestamp, this.candles);
    return true;
  }

  /** Distance of a pane's top from the top of the chart, CSS pixels. */
  paneTop(pane: number): number {
    const element = this.chart.panes()[pane]?.getHTMLElement();
    if (!element) return 0;
    return element.getBoundingClientRect().top - this.container.getBoundingClientRect().top;
  }

  private drawAll(source: BarSource, before: BarSource | null): void {
    const scale = this.chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    const anchor = range === null ? undefined : before?.at(Math.max(0, Math.round(range.from)));
    const wasLive = scale.scrollPosition() > -1;
    const isSameSeries = viewKey(before) === viewKey(source);

    this.times.clear();
    const bars = this.allBars(source);
    for (const bar of bars) this.times.append(bar.time);
    this.setPrecision(bars.at(-1)?.close);
    this.paintPriceLine(bars.at(-1));
    this.formingIndex = source.isForming ? bars.length - 1 : -1;
    this.candles.setData(bars.map((bar, i) => this.candle(bar, i)));
    this.volume.setData(bars.map((bar, i) => this.volumeItem(bar, i)));
    this.overlays.set(bars, this.allTimes(), this.palette);
    this.drawMarkers();

    if (!isSameSeries || range === null) {
      const shown = Math.min(firstBars, Math.max(fewestBars, bars.length + 4));
      scale.setVisibleLogicalRange({ from: bars.length - shown, to: bars.length + rightMargin });
    } else if (!wasLive && anchor !== undefined) {
      const moved = indexOfN(source, anchor.lastN);
      const from = moved < 0 ? 0 : moved + (range.from - Math.max(0, Math.round(range.from)));
      scale.setVisibleLogicalRange({ from, to: from + (range.to - range.from) });
    }
  }

  private drawNew(source: BarSource): void {
    const newest = this.times.length - 1;
    const hadPending = this.signals.some((signal) => signal.n > (source.at(newest)?.lastN ?? 0));
    this.formingIndex = source.isForming ? source.length - 1 : -1;
    const first = source.isForming ? Math.max(0, newest) : newest + 1;
    for (let index = first; index < source.length; index += 1) {
      const bar = source.at(index);
      if (bar === undefined) continue;
      const time = this.times.at(index) ?? this.times.append(bar.time);
      this.candles.update(this.candle(bar, index));
      this.volume.update(this.volumeItem(bar, index));
      this.overlays.update(bar, time, this.palette);
    }
    this.paintPriceLine(source.at(source.length - 1));
    if (hadPending || this.markersAreBehind(source)) this.drawMarkers();
  }

  private markersAreBehind(source: BarSource): boolean {
    const newest = this.signals[0];
    if (newest === undefined) return false;
    const index = indexOfN(source, newest.n);
    return index >= 0 && !(this.byBar.get(index)?.includes(newest) ?? false);
  }

  private drawMarkers(): void {
    if (this.source === null) return;
    this.byBar = signalsByBar(this.source, this.signals.slice(0, maxMarkers));
    const markers: SeriesMarker<Time>[] = [];
    const hasWords = this.byBar.size * barsPerWord <= Math.max(this.source.length, firstBars);
    for (const index of [...this.byBar.keys()].sort((a, b) => a - b)) {
      const time = this.times.at(index);
      if (time === undefined) continue;
      for (const side of ['buy', 'sell'] as const) {
        const count = (this.byBar.get(index) ?? []).filter((signal) => signal.side === side).length;
        if (count > 0) markers.push(this.marker(side, count, time, hasWords));
      }
    }
    this.markerCount = markers.length;
    this.markers.setMarkers(markers);
  }

  private marker(
    side: 'buy' | 'sell',
    count: number,
    time: ChartSeconds,
    hasWords: boolean,
  ): SeriesMarker<Time> {
    const isBuy = side === 'buy';
    return {
      time: Number(time) as UTCTimestamp,
      position: isBuy ? 'belowBar' : 'aboveBar',
      shape: isBuy ? 'arrowUp' : 'arrowDown',
      color: isBuy ? this.palette.up : this.palette.down,
      text: hasWords ? (isBuy ? 'Buy' : 'Sell') + (count > 1 ? ` ×${count}` : '') : '',
      size: 1.2,
    };
  }

  private candle(bar: ChartBar, index: number): CandlestickData {
    const { open, high, low, close } = bar;
    const data = { time: this.timeAt(index), open, high, low, close };
    // Hollow: this candle still changes.
    return index === this.formingIndex ? { ...data, color: this.palette.background } : data;
  }

  private volumeItem(bar: ChartBar, index: number): { time: UTCTimestamp; value: number; color: string } {
    const color = bar.close >= bar.open ? this.palette.upVolume : this.palette.downVolume;
    return { time: this.timeAt(index), value: bar.volume, color };
  }

  private timeAt(index: number): UTCTimestamp {
    return Number(this.times.at(index)) as UTCTimestamp;
  }

  private allBars(source: BarSource): ChartBar[] {
    return Array.from({ length: source.length }, (_, i) => source.at(i)).filter((bar) => bar !== undefined);
  }

  private allTimes(): ChartSeconds[] {
    return Array.from({ length: this.times.length }, (_, i) => this.times.at(i)).filter(
      (time) => time !== undefined,
    );
  }

  /** The price line in the colour of the newest bar, which a hollow candle cannot lend. */
  private paintPriceLine(last: ChartBar | undefined): void {
    if (last === undefined) return;
    const color = last.close >= last.open ? this.palette.up : this.palette.down;
    if (color === this.priceLineColor) return;
    this.priceLineColor = color;
    this.candles.applyOptions({ priceLineColor: color });
  }

  private setPrecision(price: number | undefined): void {
    if (price === undefined) return;
    const precision = price >= 1 ? 2 : price >= 0.01 ? 4 : 6;
    if (precision === this.precision) return;
    this.precision = precision;
    this.candles.applyOptions({ priceFormat: { type: 'price', precision, minMove: 10 ** -precision } });
  }

  private readonly onCrosshair = (event: MouseEventParams): void => {
    const index = event.time === undefined ? -1 : (event.logical ?? -1);
    const bar = this.source?.at(index) ?? null;
    this.events.hover(bar, this.byBar.get(index) ?? [], event.point ?? null);
  };

  private readonly onClick = (event: MouseEventParams): void => {
    this.events.click(this.byBar.get(event.logical ?? -1) ?? []);
  };

  private readonly onRange = (range: { from: number; to: number } | null): void => {
    if (range === null || this.source === null || this.source.length === 0) return;
    this.events.live(range.to >= this.source.length - 1);
    if (range.from < 10) this.events.nearBeginning();
  };

  private chartOptions(): Parameters<IChartApi['applyOptions']>[0] {
    const { palette } = this;
    return {
      layout: {
        background: { type: ColorType.Solid, color: palette.background },
        textColor: palette.text,
        fontSize: 11,
        attributionLogo: true,
        panes: { separatorColor: palette.border, separatorHoverColor: palette.level, enableResize: true },
      },
      grid: { vertLines: { color: palette.grid }, horzLines: { color: palette.grid } },
      crosshair: {
        mode: CrosshairMode.Normal,
        vertLine: { color: palette.crosshair, labelBackgroundColor: palette.level },
        horzLine: { color: palette.crosshair, labelBackgroundColor: palette.level },
      },
      rightPriceScale: { borderColor: palette.border, minimumWidth: 64 },
      timeScale: {
        borderColor: palette.border,
        timeVisible: true,
        secondsVisible: true,
        rightOffset: rightMargin,
        minBarSpacing: 0.5,
        tickMarkFormatter: (time: Time, type: TickMarkType) =>
          this.events.formatTick(this.times.realOf(Number(time)), tickKind(type)),
      },
      localization: {
        timeFormatter: (time: Time) => this.events.formatTime(this.times.realOf(Number(time))),
      },
    };
  }

  private candleOptions(): Partial<Parameters<ISeriesApi<'Candlestick'>['applyOptions']>[0]> {
    const { up, down } = this.palette;
    return {
      upColor: up,
      downColor: down,
      borderVisible: true,
      borderUpColor: up,
      borderDownColor: down,
      wickUpColor: up,
      wickDownColor: down,
    };
  }
}

/** Symbol and mode of a source, without its epoch. */
function viewKey(source: BarSource | null): string {
  return source?.key.split(' ').slice(0, 2).join(' ') ?? '';
}

function tickKind(type: TickMarkType): TickKind {
  switch (type) {
    case TickMarkType.Year:
      return 'year';
    case TickMarkType.Month:
      return 'month';
    case TickMarkType.DayOfMonth:
      return 'day';
    case TickMarkType.Time:
      return 'time';
    case TickMarkType.TimeWithSeconds:
      return 'seconds';
    default:
      return type satisfies never;
  }
}
