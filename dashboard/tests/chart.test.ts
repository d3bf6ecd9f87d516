import { describe, expect, it } from 'vitest';
import { barsOfCandles, barsOfPoints, indexOfN, signalsByBar } from '../src/chart/chart-bars';
import { ChartTimes } from '../src/chart/chart-time';
import { warmUpText } from '../src/chart/warm-up';
import { CandleSeries } from '../src/store/candles';
import { PointSeries } from '../src/store/series';
import { unixMs } from '../src/wire/brand';
import { point, points, signal } from './build';

describe('ChartTimes', () => {
  it('keeps times that ascend', () => {
    const times = new ChartTimes();

    expect([1_000, 2_000, 2_500].map((t) => times.append(unixMs(t)))).toEqual([1, 2, 2.5]);
  });

  it('puts bars of the same instant one after the other and remembers the real time', () => {
    const times = new ChartTimes();
    const placed = [5_000, 5_000, 5_000].map((t) => times.append(unixMs(t)));

    expect(placed).toEqual([5, 5.001, 5.002]);
    expect(placed.map((t) => times.realOf(t))).toEqual([5_000, 5_000, 5_000]);
  });

  it('ascends strictly when a replay goes back in time', () => {
    const times = new ChartTimes();
    const real = [
      1_700_000_000_000, 1_600_000_000_000, 1_600_000_060_000, 1_700_000_000_001, 1_700_000_000_500,
    ];
    const placed = real.map((t) => times.append(unixMs(t)));

    for (let i = 1; i < placed.length; i += 1) expect(placed[i]).toBeGreaterThan(Number(placed[i - 1]));
    expect(placed.map((t) => times.realOf(t))).toEqual(real);
    expect(placed.at(-1)).toBe(1_700_000_000.5);
  });
});

describe('bars', () => {
  const series = new PointSeries('A');
  series.merge([...points(1, 4), ...points(7, 9)]);

  it('draws points one to one', () => {
    const bars = barsOfPoints(series);

    expect(bars.length).toBe(7);
    expect(bars.at(4)).toMatchObject({ firstN: 7, lastN: 7, close: 107 });
    expect(bars.at(7)).toBeUndefined();
  });

  it('samples the indicators of a candle at its last bar', () => {
    const candles = new CandleSeries('A', '1d');
    const day = new PointSeries('A');
    day.merge([point(1, { rsi14: 40 }), point(2, { rsi14: 60 })]);
    candles.apply(day.points);

    expect(barsOfCandles(candles, day).at(0)?.point?.rsi14).toBe(60);
  });

  it('finds the bar of a number, or none', () => {
    const bars = barsOfPoints(series);

    expect(indexOfN(bars, 7)).toBe(4);
    expect(indexOfN(bars, 5)).toBe(-1);
    expect(indexOfN(bars, 99)).toBe(-1);
  });

  it('gives every signal to its bar and leaves out those without', () => {
    const byBar = signalsByBar(barsOfPoints(series), [
      signal(2),
      signal(2, { id: 'x' }),
      signal(6),
      signal(50),
    ]);

    expect([...byBar.keys()]).toEqual([1]);
    expect(byBar.get(1)).toHaveLength(2);
  });
});

describe('warmUpText', () => {
  it('counts the bars that are missing', () => {
    expect(warmUpText('rsi', point(6))).toBe('RSI ready after 9 more bars');
    expect(warmUpText('sma20', point(19))).toBe('SMA 20 ready after 1 more bar');
    expect(warmUpText('macd', undefined)).toBe('MACD ready after 34 more bars');
  });

  it('is silent once the value is there', () => {
    expect(warmUpText('rsi', point(15, { rsi14: 50 }))).toBeNull();
  });
});
