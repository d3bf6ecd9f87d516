import { unixMs } from '../wire/brand';
import type { IndicatorPoint, TradingSignal } from '../wire/types';

/** A small seeded generator, so that the demo looks the same every time. */
export function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A made-up symbol: a random walk with its indicators, for looking at the page without a backend. */
export class DemoSymbol {
  readonly points: IndicatorPoint[] = [];
  readonly signals: TradingSignal[] = [];
  private readonly closes: number[] = [];
  private readonly ema = new Map<number, number>();
  private macdSignal: number | null = null;
  private gain = 0;
  private loss = 0;
  private drift = 0;
  private vwapValue = 0;
  private vwapVolume = 0;

  constructor(
    readonly symbol: string,
    private price: number,
    private readonly random: () => number,
    private readonly source: string,
    private readonly isFlat: boolean,
  ) {}

  next(time: number): IndicatorPoint {
    const { random } = this;
    const open = this.price;
    if (random() < 0.03) this.drift = (random() - 0.5) * 0.0022;
    const noise = () => (random() + random() + random() - 1.5) * 0.0016;
    const close = this.isFlat ? open : open * (1 + this.drift + noise());
    const high = Math.max(open, close) * (1 + (this.isFlat ? 0 : random() * 0.0009));
    const low = Math.min(open, close) * (1 - (this.isFlat ? 0 : random() * 0.0009));
    const volume = Math.round(200 + 2_600 * random() ** 3 + 60_000 * Math.abs(close / open - 1) * 10);
    this.price = close;
    const point = { ...this.indicators(close, volume), ...{ open, high, low, close, volume } };
    const before = this.points.at(-1);
    const full: IndicatorPoint = {
      ...point,
      n: (before?.n ?? 0) + 1,
      time: unixMs(time),
      source: this.source,
      ingestedAt: unixMs(time),
      unchanged: before !== undefined && before.close === close ? before.unchanged + 1 : 0,
    };
    this.points.push(full);
    if (this.points.length > 3_000) this.points.shift();
    if (before !== undefined) this.advise(before, full);
    return full;
  }

  private indicators(close: number, volume: number) {
    const { closes } = this;
    const change = close - (closes.at(-1) ?? close);
    closes.push(close);
    if (closes.length > 220) closes.shift();
    const count = (this.points.at(-1)?.n ?? 0) + 1;
    const share = count < 16 ? 1 / count : 1 / 14;
    this.gain += (Math.max(0, change) - this.gain) * share;
    this.loss += (Math.max(0, -change) - this.loss) * share;
    this.vwapValue += close * volume;
    this.vwapVolume += volume;
    const sma = (period: number): number | null =>
      count < period ? null : closes.slice(-period).reduce((a, b) => a + b, 0) / period;
    const ema = (period: number): number | null => {
      const now =
        (this.ema.get(period) ?? close) + ((close - (this.ema.get(period) ?? close)) * 2) / (period + 1);
      this.ema.set(period, now);
      return count < period ? null : now;
    };
    const sma20 = sma(20);
    const deviation =
      sma20 === null ? 0 : Math.sqrt(closes.slice(-20).reduce((sum, c) => sum + (c - sma20) ** 2, 0) / 20);
    const [ema12, ema26, ema50] = [ema(12), ema(26), ema(50)];
    const macd = ema12 === null || ema26 === null ? null : ema12 - ema26;
    if (macd !== null) this.macdSignal = (this.macdSignal ?? macd) + (macd - (this.macdSignal ?? macd)) / 5;
    const macdSignal = count < 34 ? null : this.macdSignal;
    return {
      sma20,
      sma50: sma(50),
      sma200: sma(200),
      ema12,
      ema26,
      ema50,
      rsi14: count < 15 ? null : this.loss === 0 ? 100 : 100 - 100 / (1 + this.gain / this.loss),
      macd,
      macdSignal,
      macdHistogram: macd === null || macdSignal === null ? null : macd - macdSignal,
      bbUpper: sma20 === null ? null : sma20 + 2 * deviation,
      bbMiddle: sma20,
      bbLower: sma20 === null ? null : sma20 - 2 * deviation,
      atr14: null,
      vwap: this.vwapValue / this.vwapVolume,
    };
  }

  private advise(before: IndicatorPoint, now: IndicatorPoint): void {
    const rsi = now.rsi14 ?? 50;
    const was = before.rsi14 ?? 50;
    const text = `RSI 14 went from ${was.toFixed(1)} to ${rsi.toFixed(1)}`;
    if (was < 30 && rsi >= 30) this.signal(now, 'buy', 'rsi-recross', [`${text}, back above 30`]);
    if (was > 70 && rsi <= 70) this.signal(now, 'sell', 'rsi-recross', [`${text}, back below 70`]);
    const [a, b, c, d] = [before.sma20, before.sma50, now.sma20, now.sma50];
    if (a === null || b === null || c === null || d === null) return;
    const crossed = (word: string): string[] => [
      `SMA 20 (${c.toFixed(2)}) crossed ${word} SMA 50 (${d.toFixed(2)})`,
    ];
    if (a <= b && c > d) this.signal(now, 'buy', 'sma-cross', crossed('above'));
    if (a >= b && c < d) this.signal(now, 'sell', 'sma-cross', crossed('below'));
  }

  private signal(p: IndicatorPoint, side: TradingSignal['side'], strategy: string, reasons: string[]): void {
    const { symbol } = this;
    this.signals.push({
      id: `${symbol}:${p.n}:${strategy}`,
      symbol,
      side,
      strategy,
      confidence: 0.55 + 0.4 * this.random(),
      price: p.close,
      n: p.n,
      barTime: p.time,
      reasons,
      source: p.source,
      ingestedAt: p.ingestedAt,
      settingsVersion: 1,
    });
  }
}
