import { describe, expect, it, vi } from 'vitest';
import { decodeHubMessage, decodePoint, decodeQuote } from '../src/wire/decode';
import { decodeStatus } from '../src/wire/decode-status';
import { DecodeError } from '../src/wire/reader';
import { rawPoint, rawSignal } from './build';

const never = (error: Error): never => {
  throw error;
};

describe('decodePoint', () => {
  it('reads absent and null indicators as not yet', () => {
    const decoded = decodePoint(rawPoint(1, { sma20: null, rsi14: 55.5 }));

    expect(decoded.sma20).toBeNull();
    expect(decoded.sma200).toBeNull();
    expect(decoded.rsi14).toBe(55.5);
    expect(decoded.unchanged).toBe(0);
  });

  it('reads a time in ISO 8601', () => {
    expect(decodePoint(rawPoint(1, { time: '2026-01-02T03:04:05.678Z' })).time).toBe(
      Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    );
  });

  it.each([
    ['a missing close', { close: undefined }, 'point.close: expected a finite number, received undefined'],
    ['a number as text', { volume: '12' }, 'point.volume: expected a finite number, received "12"'],
    ['an indicator as text', { rsi14: 'NaN' }, 'point.rsi14: expected a finite number, received "NaN"'],
    ['an unreadable time', { time: 'yesterday' }, 'point.time: expected a time, received "yesterday"'],
  ])('refuses %s by the name of the field', (_, change, message) => {
    expect(() => decodePoint(rawPoint(1, change))).toThrow(message);
  });

  it.each([null, 7, 'x', [1]])('refuses %j', (value) => {
    expect(() => decodePoint(value)).toThrow(DecodeError);
  });
});

describe('decodeQuote', () => {
  it('refuses a trend it does not know', () => {
    const raw = { symbol: 'A', n: 1, time: 1, last: 1, ingestedAt: 1, trend: 'sideways' };

    expect(() => decodeQuote(raw)).toThrow('quote.trend: expected up or down or flat or unknown');
  });

  it('takes a quote of a symbol that still warms up', () => {
    const decoded = decodeQuote({ symbol: 'A', n: 1, time: 1, last: 1, ingestedAt: 1 });

    expect(decoded).toMatchObject({ rsi14: null, trend: 'unknown', change: null, unchanged: 0 });
  });
});

describe('decodeHubMessage', () => {
  it('reads points with the number before them', () => {
    const message = decodeHubMessage(
      'points',
      { symbol: 'AAPL', previousN: 4, points: [rawPoint(5)] },
      never,
    );

    expect(message).toMatchObject({ kind: 'points', symbol: 'AAPL', previousN: 4, points: [{ n: 5 }] });
  });

  it('drops and reports a malformed element and keeps the others', () => {
    const bad = vi.fn();

    const message = decodeHubMessage(
      'signals',
      [rawSignal(1), rawSignal(2, { side: 'hold' }), rawSignal(3)],
      bad,
    );

    expect(message.kind === 'signals' && message.signals.map((s) => s.n)).toEqual([1, 3]);
    expect(bad).toHaveBeenCalledOnce();
    expect(String(bad.mock.calls[0]?.[0])).toContain(
      'signals[1].side: expected buy or sell, received "hold"',
    );
  });

  it('refuses a list that is none', () => {
    expect(() => decodeHubMessage('quotes', 'quotes', never)).toThrow(DecodeError);
  });

  it('reads market events in words', () => {
    const raw = [{ kind: 'news_sentiment', symbol: 'AAPL', time: 1, sentimentScore: -0.5 }];

    const message = decodeHubMessage('marketEvents', raw, never);

    expect(message.kind === 'marketEvents' && message.events[0]?.detail).toBe('sentiment -0.50');
  });
});

describe('decodeStatus', () => {
  it('reads services, latency, rejections and components', () => {
    const instance = {
      instance: 'p-1',
      startedAt: 1,
      lastSeen: 5,
      alive: false,
      counters: {},
      actors: { SymbolActor: 3 },
    };
    const status = decodeStatus({
      time: 9,
      services: [{ app: 'processing', instances: [instance] }],
      rates: { bars: 120 },
      latency: { p50: 4, p95: 9, p99: 20, count: 7 },
      rejected: {
        total: 7,
        byField: { high: 7 },
        recent: [{ index: 0, errors: { high: ['high is below low.'], volume: ['must be a number.'] } }],
      },
      ordering: { repeats: 3, refused: 0 },
      deadLetters: {
        total: 3,
        byTopic: { bars: 3 },
        recent: [{ time: 8, topic: 'bars', app: 'ingestion', id: 'e-1', content: '{"bars":1}' }],
      },
      components: [{ name: 'pubsub', type: 'pubsub.redis' }],
      connections: 2,
    });

    expect(status.services[0]?.instances[0]).toEqual({
      instance: 'p-1',
      startedAt: 1,
      lastSeen: 5,
      alive: false,
      actors: [{ name: 'SymbolActor', value: 3 }],
    });
    expect(status.rates).toEqual([{ name: 'bars', value: 120 }]);
    expect(status.latencyMs).toEqual({ p50: 4, p95: 9, p99: 20 });
    expect(status.rejectedTotal).toBe(7);
    expect(status.rejectedByField).toEqual([{ name: 'high', value: 7 }]);
    expect(status.rejectedReasons).toEqual(['high is below low.', 'volume: must be a number.']);
    expect(status.deadLetters).toEqual({
      total: 3,
      byTopic: [{ name: 'bars', value: 3 }],
      recent: [{ time: 8, topic: 'bars', app: 'ingestion', id: 'e-1', content: '{"bars":1}' }],
    });
    expect(status.components).toEqual(['pubsub (pubsub.redis)']);
    expect(status.ordering).toEqual([
      { name: 'repeats', value: 3 },
      { name: 'refused', value: 0 },
    ]);
    expect(status.connections).toBe(2);
  });

  it('has no latency before the first measurement', () => {
    expect(decodeStatus({ latency: { p50: null, p95: null, p99: null, count: 0 } }).latencyMs).toBeNull();
  });

  it('leaves out a part it cannot read and keeps the rest', () => {
    const status = decodeStatus({ services: [{ nothing: 1 }], latency: 'fast', rates: { bars: 1 } });

    expect(status.services).toEqual([]);
    expect(status.latencyMs).toBeNull();
    expect(status.deadLetters.total).toBe(0);
    expect(status.rates).toHaveLength(1);
  });
});
