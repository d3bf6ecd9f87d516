import { describe, expect, it, vi } from 'vitest';
import { CandleSeries } from '../src/store/candles';
import { Feed } from '../src/store/feed';
import { Meter } from '../src/store/meter';
import { defaultPreferences, loadPreferences } from '../src/store/preferences';
import { PointSeries } from '../src/store/series';
import { Store, filterSignals } from '../src/store/store';
import type { TradingSignal } from '../src/wire/types';
import { point, points, quote, signal, summary } from './build';

const numbers = (series: PointSeries): number[] => series.points.map((p) => p.n);

describe('PointSeries', () => {
  it('appends what follows', () => {
    const series = new PointSeries('A');

    expect(series.addLive(0, points(1, 3))).toBe('added');
    expect(series.addLive(3, points(4, 5))).toBe('added');
    expect(numbers(series)).toEqual([1, 2, 3, 4, 5]);
    expect(series.epoch).toBe(0);
  });

  it('ignores repeats', () => {
    const series = new PointSeries('A');
    series.addLive(0, points(1, 4));

    expect(series.addLive(1, points(2, 4))).toBe('repeated');
    expect(series.addLive(2, points(3, 5))).toBe('added');
    expect(numbers(series)).toEqual([1, 2, 3, 4, 5]);
  });

  it('tells a hole, and closes it in order of n', () => {
    const series = new PointSeries('A');
    series.addLive(0, points(1, 2));

    expect(series.addLive(5, points(6, 7))).toBe('hole');
    expect(series.merge(points(3, 6))).toBe(3);
    expect(numbers(series)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(series.epoch).toBeGreaterThan(0);
  });

  it('tells when the backend began anew', () => {
    const series = new PointSeries('A');
    series.addLive(0, points(1, 5));

    expect(series.addLive(1, [point(2, { time: 1_800_000_000_000 })])).toBe('restarted');
  });

  it('keeps at most its limit, the newest', () => {
    const series = new PointSeries('A', 100);
    series.merge(points(1, 250));
    for (let n = 251; n <= 400; n += 1) series.addLive(n - 1, [point(n)]);

    expect(series.points.length).toBeLessThanOrEqual(100);
    expect(series.lastN).toBe(400);
    expect(series.firstN).toBe(400 - series.points.length + 1);
  });

  it('puts older points in front only while there is room', () => {
    const series = new PointSeries('A', 10);
    series.merge(points(11, 17));

    expect(series.prepend(points(1, 10))).toBe(3);
    expect(series.firstN).toBe(8);
    expect(series.prepend(points(1, 7))).toBe(0);
  });

  it('finds a point across holes', () => {
    const series = new PointSeries('A');
    series.merge([...points(1, 3), ...points(8, 9)]);

    expect(series.find(8)?.n).toBe(8);
    expect(series.find(5)).toBeUndefined();
  });
});

describe('CandleSeries', () => {
  const base = 1_700_000_040_000;

  it('keeps the newest candle forming and begins the next', () => {
    const candles = new CandleSeries('A', '1m');
    candles.replace([
      { ...point(1), time: point(1, { time: base }).time, high: 102, low: 99, firstN: 1, lastN: 1 },
    ]);

    candles.apply([
      point(2, { time: base + 10_000, high: 500, low: 5, close: 50, open: 40, volume: 7 }),
      point(3, { time: base + 60_000 }),
    ]);

    expect(candles.candles).toHaveLength(2);
    expect(candles.candles[0]).toMatchObject({
      high: 500,
      low: 5,
      close: 50,
      volume: 17,
      firstN: 1,
      lastN: 2,
    });
    expect(candles.candles[1]).toMatchObject({ time: base + 60_000, firstN: 3, lastN: 3 });
  });

  it('ignores points it contains already', () => {
    const candles = new CandleSeries('A', '1m');
    const all = [point(1, { time: base }), point(2, { time: base + 1_000 })];
    candles.apply(all);
    candles.apply(all);

    expect(candles.candles[0]?.volume).toBe(20);
  });

  it('stays ascending when a replay goes back in time', () => {
    const candles = new CandleSeries('A', '1m');
    candles.apply([point(1, { time: base }), point(2, { time: base - 600_000 })]);

    expect(candles.candles.map((c) => c.time)).toEqual([base - 600_000, base]);
    expect(candles.epoch).toBe(1);
  });
});

describe('Feed', () => {
  const feed = (limit: number): Feed<TradingSignal> => new Feed(limit, (s) => s.ingestedAt);

  it('shows each id once, newest first', () => {
    const signals = feed(10);

    expect(signals.add([signal(1), signal(3)])).toHaveLength(2);
    expect(signals.add([signal(3), signal(2)]).map((s) => s.n)).toEqual([2]);
    expect(signals.all.map((s) => s.n)).toEqual([3, 2, 1]);
  });

  it('is bounded and forgets the ids it dropped', () => {
    const signals = feed(3);
    for (let n = 1; n <= 10; n += 1) signals.add([signal(n)]);

    expect(signals.all.map((s) => s.n)).toEqual([10, 9, 8]);
    expect(signals.has(signal(1).id)).toBe(false);
  });
});

describe('filterSignals', () => {
  const all = [
    signal(1),
    signal(2, { id: 'b', side: 'sell' }),
    signal(3, { id: 'c', symbol: 'MSFT', strategy: 'sma-cross' }),
  ];

  it.each([
    [{ symbol: '', side: '', strategy: '' } as const, [1, 2, 3]],
    [{ symbol: ' aap', side: '', strategy: '' } as const, [1, 2]],
    [{ symbol: '', side: 'sell', strategy: '' } as const, [2]],
    [{ symbol: '', side: '', strategy: 'sma-cross' } as const, [3]],
    [{ symbol: 'MSFT', side: 'sell', strategy: '' } as const, []],
  ])('%j lets %j through', (filter, expected) => {
    expect(filterSignals(all, filter).map((s) => s.n)).toEqual(expected);
  });
});

describe('Store', () => {
  function create() {
    let paint: () => void = () => undefined;
    let now = 1_000_000;
    const store = new Store(
      defaultPreferences,
      () => now,
      (p) => (paint = p),
    );
    return { store, paint: () => paint(), pass: (ms: number) => (now += ms) };
  }

  it('tells listeners once per frame, and only of their topics', () => {
    const { store, paint } = create();
    const symbols = vi.fn();
    const status = vi.fn();
    store.subscribe(['symbols'], symbols);
    store.subscribe(['status'], status);

    store.addQuotes([quote('A', 1)]);
    store.addQuotes([quote('A', 2)]);
    store.addQuotes([quote('B', 1)]);
    expect(symbols).not.toHaveBeenCalled();
    paint();

    expect(symbols).toHaveBeenCalledOnce();
    expect(status).not.toHaveBeenCalled();
  });

  it('forgets a listener that ended', () => {
    const { store, paint } = create();
    const listener = vi.fn();
    store.subscribe(['symbols'], listener)();

    store.addQuotes([quote('A', 1)]);
    paint();

    expect(listener).not.toHaveBeenCalled();
    expect(store.listenerCount).toBe(0);
  });

  it('counts bars by their numbers although quotes are conflated', () => {
    const { store, pass } = create();
    store.addQuotes([quote('A', 1)]);
    pass(1_000);
    store.addQuotes([quote('A', 100)]);

    expect(store.bars.perSecond(1_001_000)).toBe(100);
  });

  it('keeps a newer quote when an older summary arrives', () => {
    const { store } = create();
    store.addQuotes([quote('A', 9, { last: 109 })]);
    store.addSummaries([summary('A', 7)], true);

    expect(store.symbols.get('A')?.quote.last).toBe(109);
    expect(store.symbols.get('A')?.summary?.n).toBe(7);
  });

  it('ignores points of a symbol that is no longer shown', () => {
    const { store } = create();
    store.select('A');
    store.addPoints('B', 0, points(1, 3));

    expect(store.series?.points).toHaveLength(0);
  });
});

describe('Meter', () => {
  it('forgets what is older than its window', () => {
    const meter = new Meter(1_000);
    meter.add(0, 50);
    meter.add(900, 10);
    meter.add(1_200, 20);

    expect(meter.percentile(1_500, 0.5)).toBe(10);
    expect(meter.percentile(5_000, 0.5)).toBeNull();
  });
});

describe('loadPreferences', () => {
  it('replaces what is unusable by the default', () => {
    const stored = JSON.stringify({ theme: 'pink', overlays: ['rsi', 'nonsense'], mode: '1m', sort: 3 });

    const loaded = loadPreferences({ getItem: () => stored });

    expect(loaded).toEqual({ ...defaultPreferences, overlays: ['rsi'], mode: '1m' });
  });

  it.each(['{', 'null', '[]', '7'])('survives %s', (stored) => {
    expect(loadPreferences({ getItem: () => stored }).theme).toBe('system');
  });
});
