import { unixMs } from '../src/wire/brand';
import { decodePoint, decodeSignal, decodeSummary } from '../src/wire/decode';
import type { IndicatorPoint, Notice, Quote, SymbolSummary, TradingSignal } from '../src/wire/types';

/** A point as the server writes it: absent instead of null while warming up. */
export function rawPoint(n: number, more: object = {}): Record<string, unknown> {
  const close = 100 + n;
  return {
    n,
    time: 1_700_000_000_000 + n * 1_000,
    open: close - 1,
    high: close + 1,
    low: close - 2,
    close,
    volume: 10,
    source: 'test',
    ingestedAt: 1_700_000_000_000 + n * 1_000,
    ...more,
  };
}

export const point = (n: number, more: object = {}): IndicatorPoint => decodePoint(rawPoint(n, more));

export const points = (from: number, to: number): IndicatorPoint[] =>
  Array.from({ length: to - from + 1 }, (_, i) => point(from + i));

export function rawSignal(n: number, more: object = {}): Record<string, unknown> {
  return {
    id: `AAPL:${n}:rsi-recross`,
    symbol: 'AAPL',
    side: 'buy',
    strategy: 'rsi-recross',
    confidence: 0.7,
    price: 101.5,
    n,
    barTime: 1_700_000_000_000 + n,
    reasons: ['RSI 14 went from 29.1 to 31.0'],
    source: 'test',
    ingestedAt: 1_700_000_000_000 + n,
    ...more,
  };
}

export const signal = (n: number, more: object = {}): TradingSignal => decodeSignal(rawSignal(n, more));

export function summary(symbol: string, n: number, more: object = {}): SymbolSummary {
  return decodeSummary({
    symbol,
    n,
    time: 1_700_000_000_000,
    last: 100,
    dayOpen: 99,
    dayHigh: 101,
    dayLow: 98,
    change: 1,
    changePercent: 1.01,
    volume: 1_000,
    trend: 'up',
    sparkline: [1, 2, 3],
    source: 'test',
    ingestedAt: 1_700_000_000_000,
    ...more,
  });
}

export function quote(symbol: string, n: number, more: Partial<Quote> = {}): Quote {
  const { sentAt, ...rest } = { ...summary(symbol, n), sentAt: null };
  return { ...rest, sentAt, ...more };
}

export function notice(id: string, more: Partial<Notice> = {}): Notice {
  return {
    id,
    kind: 'signal',
    title: `Buy ${id}`,
    text: 'because',
    time: unixMs(1),
    symbol: 'AAPL',
    side: 'buy',
    signalId: 'AAPL:7:rsi-recross',
    ingestedAt: unixMs(1),
    read: false,
    source: 'test',
    ...more,
  };
}
