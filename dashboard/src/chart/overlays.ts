import type { IChartApi, ISeriesApi, SeriesType, UTCTimestamp } from 'lightweight-charts';
import { HistogramSeries, LineSeries, LineStyle } from 'lightweight-charts';
import type { OverlayId } from '../store/preferences';
import type { ChartSeconds } from '../wire/brand';
import type { IndicatorName } from '../wire/types';
import type { ChartBar } from './chart-bars';
import type { Palette } from './palette';

/** A line or histogram that shows one indicator value. */
interface Drawn {
  readonly overlay: OverlayId;
  readonly value: IndicatorName;
  readonly series: ISeriesApi<SeriesType>;
}

type Item = { time: UTCTimestamp; value?: number; color?: string };

const priceOverlays: readonly {
  overlay: OverlayId;
  value: IndicatorName;
  colour: keyof Palette;
  width: 1 | 2;
}[] = [
  { overlay: 'bollinger', value: 'bbUpper', colour: 'bollinger', width: 1 },
  { overlay: 'bollinger', value: 'bbMiddle', colour: 'bollinger', width: 1 },
  { overlay: 'bollinger', value: 'bbLower', colour: 'bollinger', width: 1 },
  { overlay: 'sma20', value: 'sma20', colour: 'sma20', width: 2 },
  { overlay: 'sma50', value: 'sma50', colour: 'sma50', width: 2 },
  { overlay: 'sma200', value: 'sma200', colour: 'sma200', width: 2 },
  { overlay: 'ema12', value: 'ema12', colour: 'ema12', width: 1 },
  { overlay: 'ema26', value: 'ema26', colour: 'ema26', width: 1 },
];

/** The indicator lines over the price and in their own panes. */
export class Overlays {
  private drawn: Drawn[] = [];

  constructor(private readonly chart: IChartApi) {}

  /** Replaces all lines; they are empty until `set`. Returns the pane of each indicator that has its own. */
  build(enabled: readonly OverlayId[], palette: Palette): Map<OverlayId, number> {
    for (const { series } of this.drawn) this.chart.removeSeries(series);
    this.drawn = [];
    for (const { overlay, value, colour, width } of priceOverlays)
      if (enabled.includes(overlay)) this.addLine(overlay, value, palette[colour], width, 0);

    const panes = new Map<OverlayId, number>();
    if (enabled.includes('rsi')) panes.set('rsi', this.addRsi(palette, panes.size + 1));
    if (enabled.includes('macd')) panes.set('macd', this.addMacd(palette, panes.size + 1));
    for (const index of panes.values()) this.chart.panes()[index]?.setStretchFactor(0.24);
    this.chart.panes()[0]?.setStretchFactor(1);
    return panes;
  }

  set(bars: readonly ChartBar[], times: readonly ChartSeconds[], palette: Palette): void {
    for (const drawn of this.drawn)
      drawn.series.setData(bars.map((bar, i) => item(drawn, bar, times[i], palette)));
  }

  update(bar: ChartBar, time: ChartSeconds, palette: Palette): void {
    for (const drawn of this.drawn) drawn.series.update(item(drawn, bar, time, palette));
  }

  private addLine(
    overlay: OverlayId,
    value: IndicatorName,
    color: string,
    width: 1 | 2,
    pane: number,
  ): Drawn['series'] {
    const series = this.chart.addSeries(
      LineSeries,
      {
        color,
        lineWidth: width,
        lineStyle: value === 'bbMiddle' ? LineStyle.Dotted : LineStyle.Solid,
        priceLineVisible: false,
        lastValueVisible: pane > 0 && value !== 'macdSignal',
        crosshairMarkerVisible: false,
      },
      pane,
    );
    this.drawn.push({ overlay, value, series });
    return series;
  }

  private addRsi(palette: Palette, pane: number): number {
    const series = this.addLine('rsi', 'rsi14', palette.rsi, 2, pane);
    series.applyOptions({
      autoscaleInfoProvider: () => ({ priceRange: { minValue: 5, maxValue: 95 } }),
      priceFormat: { type: 'price', precision: 1, minMove: 0.1 },
    });
    for (const price of [30, 70])
      series.createPriceLine({
        price,
        color: palette.level,
        lineWidth: 1,
        lineStyle: LineStyle.Dashed,
        axisLabelVisible: false,
        title: '',
      });
    return pane;
  }

  private addMacd(palette: Palette, pane: number): number {
    const histogram = this.chart.addSeries(
      HistogramSeries,
      { priceLineVisible: false, lastValueVisible: false },
      pane,
    );
    this.drawn.push({ overlay: 'macd', value: 'macdHistogram', series: histogram });
    this.addLine('macd', 'macd', palette.macd, 2, pane);
    this.addLine('macd', 'macdSignal', palette.macdSignal, 1, pane);
    return pane;
  }
}

function item(drawn: Drawn, bar: ChartBar, time: ChartSeconds | undefined, palette: Palette): Item {
  const at = Number(time) as UTCTimestamp;
  const value = bar.point?.[drawn.value] ?? null;
  if (value === null) return { time: at };
  if (drawn.value !== 'macdHistogram') return { time: at, value };
  return { time: at, value, color: value >= 0 ? palette.upVolume : palette.downVolume };
}
