import type { CandleSeries } from '../store/candles';
import type { PointSeries } from '../store/series';
import type { UnixMs } from '../wire/brand';
import type { IndicatorPoint, TradingSignal } from '../wire/types';

/** One candle to draw, with the indicator values of its last bar. */
export interface ChartBar {
  readonly firstN: number;
  readonly lastN: number;
  readonly time: UnixMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Null where the page has no indicator values for the bar. */
  readonly point: IndicatorPoint | null;
}

/** What the chart draws: bars on demand, so that a new bar costs one bar. */
export interface BarSource {
  /** Another value means: draw everything anew. */
  readonly key: string;
  readonly length: number;
  /** Whether the newest bar is still forming. */
  readonly isForming: boolean;
  at(index: number): ChartBar | undefined;
}

export function barsOfPoints(series: PointSeries): BarSource {
  const { points } = series;
  return {
    key: `${series.symbol} bars ${series.epoch}`,
    length: points.length,
    isForming: false,
    at: (index) => {
      const point = points[index];
      return point === undefined ? undefined : { ...pick(point), firstN: point.n, lastN: point.n, point };
    },
  };
}

/** Candles from the server; indicators are sampled at the last bar of each, never computed here. */
export function barsOfCandles(candles: CandleSeries, series: PointSeries): BarSource {
  const items = candles.candles;
  return {
    key: `${candles.symbol} ${candles.interval} ${candles.epoch} ${series.epoch}`,
    length: items.length,
    isForming: true,
    at: (index) => {
      const candle = items[index];
      return candle === undefined ? undefined : { ...candle, point: series.find(candle.lastN) ?? null };
    },
  };
}

function pick(p: IndicatorPoint): Pick<ChartBar, 'time' | 'open' | 'high' | 'low' | 'close' | 'volume'> {
  return { time: p.time, open: p.open, high: p.high, low: p.low, close: p.close, volume: p.volume };
}

/** Position of the bar that contains the point `n`, or -1. Bars ascend by their numbers. */
export function indexOfN(bars: BarSource, n: number): number {
  let low = 0;
  let high = bars.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const bar = bars.at(middle);
    if (bar === undefined) return -1;
    if (n < bar.firstN) high = middle - 1;
    else if (n > bar.lastN) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** The signals of each drawn bar, by the bar's position. */
export function signalsByBar(
  bars: BarSource,
  signals: readonly TradingSignal[],
): Map<number, TradingSignal[]> {
  const byBar = new Map<number, TradingSignal[]>();
  for (const signal of signals) {
    const index = indexOfN(bars, signal.n);
    if (index < 0) continue;
    const there = byBar.get(index);
    if (there === undefined) byBar.set(index, [signal]);
    else there.push(signal);
  }
  return byBar;
}
