import type { ChartSeconds, UnixMs } from '../wire/brand';

/**
 * Places bars on the chart's axis, which wants strictly ascending times. Several bars may share a millisecond and a
 * replay may start years back, so a bar that does not follow its predecessor is put one millisecond after it; the
 * real time is kept for every label.
 */
export class ChartTimes {
  private readonly real = new Map<number, UnixMs>();
  private readonly times: ChartSeconds[] = [];
  private lastMs = Number.NEGATIVE_INFINITY;

  get length(): number {
    return this.times.length;
  }

  append(time: UnixMs): ChartSeconds {
    this.lastMs = Math.max(time, this.lastMs + 1);
    const seconds = (this.lastMs / 1_000) as ChartSeconds;
    this.times.push(seconds);
    this.real.set(seconds, time);
    return seconds;
  }

  at(index: number): ChartSeconds | undefined {
    return this.times[index];
  }

  /** The bar's own time; the axis time itself for a place without a bar. */
  realOf(seconds: number): UnixMs {
    return this.real.get(seconds) ?? ((seconds * 1_000) as UnixMs);
  }

  clear(): void {
    this.times.length = 0;
    this.real.clear();
    this.lastMs = Number.NEGATIVE_INFINITY;
  }
}
