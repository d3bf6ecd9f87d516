import type { UnixMs } from './brand';
import { Reader } from './reader';

const rowSides = ['both', 'buy', 'sell'] as const;

/** How often the signals of a strategy were followed by a profit after costs. */
export interface AccuracyRow {
  readonly strategy: string;
  readonly side: (typeof rowSides)[number];
  readonly symbol: string;
  /** `live`, `replay`, or `mixed` for what was counted before they were told apart. */
  readonly origin: string;
  readonly horizon: number;
  readonly n: number;
  readonly hitRate: number | null;
  /** 95 % interval of the hit rate. */
  readonly low: number;
  readonly high: number;
  readonly baseRate: number | null;
  readonly meanReturn: number | null;
  readonly pending: number;
}

export interface AccuracyReport {
  readonly commissionBps: number;
  readonly slippageBps: number;
  readonly horizons: readonly number[];
  /** Below this number of signals a rate says nothing. */
  readonly fewest: number;
  readonly asOf: UnixMs;
  readonly rows: readonly AccuracyRow[];
}

export function decodeAccuracy(value: unknown, path = 'accuracy'): AccuracyReport {
  const r = new Reader(value, path);
  return {
    commissionBps: r.number('commissionBps'),
    slippageBps: r.number('slippageBps'),
    horizons: r.array('horizons').filter((each): each is number => typeof each === 'number'),
    fewest: r.number('fewest'),
    asOf: r.time('asOf'),
    rows: r.array('rows').map((row, i) => decodeRow(row, `${path}.rows[${i}]`)),
  };
}

function decodeRow(value: unknown, path: string): AccuracyRow {
  const r = new Reader(value, path);
  return {
    strategy: r.text('strategy'),
    side: r.oneOf('side', rowSides),
    symbol: r.text('symbol'),
    origin: r.textOrNull('origin') ?? 'live',
    horizon: r.number('horizon'),
    n: r.number('n'),
    hitRate: r.numberOrNull('hitRate'),
    low: r.number('low'),
    high: r.number('high'),
    baseRate: r.numberOrNull('baseRate'),
    meanReturn: r.numberOrNull('meanReturn'),
    pending: r.numberOr('pending', 0),
  };
}
