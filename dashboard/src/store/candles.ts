import { unixMs } from '../wire/brand';
import type { Candle, IndicatorPoint, Interval } from '../wire/types';
import { intervalMs } from '../wire/types';
import { maxPoints } from './series';

/** Candles of one interval, ascending by time, whose newest one keeps forming from live points. */
export class CandleSeries {
  private items: Candle[] = [];
  private epochValue = 0;

  constructor(
    readonly symbol: string,
    readonly interval: Interval,
    private readonly limit = maxPoints,
  ) {}

  get candles(): readonly Candle[] {
    return this.items;
  }

  /** Changes whenever something other than the end changed. */
  get epoch(): number {
    return this.epochValue;
  }

  get lastN(): number {
    return this.items.reduce((n, candle) => Math.max(n, candle.lastN), 0);
  }

  replace(candles: readonly Candle[]): void {
    const byTime = new Map(candles.map((candle) => [candle.time, candle]));
    this.items = [...byTime.values()].sort((a, b) => a.time - b.time).slice(-this.limit);
    this.epochValue += 1;
  }

  /** Folds live points in; those the candles already contain are ignored. */
  apply(points: readonly IndicatorPoint[]): void {
    let seen = this.lastN;
    for (const point of points) {
      if (point.n <= seen) continue;
      this.fold(point);
      seen = point.n;
    }
    if (this.items.length > this.limit) {
      this.items = this.items.slice(-Math.ceil(this.limit * 0.9));
      this.epochValue += 1;
    }
  }

  private fold(point: IndicatorPoint): void {
    const size = intervalMs[this.interval];
    const time = unixMs(Math.floor(point.time / size) * size);
    let index = this.items.length - 1;
    while (index >= 0 && (this.items[index]?.time ?? 0) > time) index -= 1;
    const isAtEnd = index === this.items.length - 1;
    const at = this.items[index];
    if (at !== undefined && at.time === time) this.items[index] = extend(at, point);
    else this.items.splice(index + 1, 0, begin(time, point));
    if (!isAtEnd) this.epochValue += 1;
  }
}

function begin(time: Candle['time'], p: IndicatorPoint): Candle {
  return {
    time,
    open: p.open,
    high: p.high,
    low: p.low,
    close: p.close,
    volume: p.volume,
    firstN: p.n,
    lastN: p.n,
  };
}

function extend(candle: Candle, p: IndicatorPoint): Candle {
  return {
    ...candle,
    high: Math.max(candle.high, p.high),
    low: Math.min(candle.low, p.low),
    close: p.close,
    volume: candle.volume + p.volume,
    lastN: p.n,
  };
}
