import type { UnixMs } from './brand';
import { unixMs } from './brand';
import { Reader } from './reader';
import type { Side } from './types';

export const backtestStates = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type BacktestState = (typeof backtestStates)[number];

/** What `POST /api/backtests` takes. */
export interface NewBacktest {
  readonly dataset: string;
  readonly symbols?: readonly string[];
  readonly strategies?: readonly string[];
  readonly settings?: unknown;
  readonly commissionBps: number;
  readonly slippageBps: number;
  readonly short: boolean;
  readonly from?: string;
  readonly to?: string;
}

/** How often signals of one kind were followed by a profit. */
export interface HitStats {
  readonly n: number;
  readonly hitRate: number | null;
  readonly low: number;
  readonly high: number;
  readonly baseRate: number | null;
  readonly meanReturn: number | null;
  readonly medianReturn: number | null;
  /** Share of all choices of as many dates at random that hit at least as often; null without signals. */
  readonly randomAtLeast: number | null;
}

export interface Forward {
  readonly horizon: number;
  readonly buys: HitStats;
  readonly sells: HitStats;
}

export interface EquityStats {
  readonly totalReturn: number;
  readonly annualReturn: number | null;
  readonly maxDrawdown: number;
  readonly drawdownBars: number;
  readonly sharpe: number | null;
  readonly sortino: number | null;
}

export interface TradeStats {
  readonly closed: number;
  readonly open: number;
  readonly winRate: number | null;
  readonly winRateLow: number;
  readonly winRateHigh: number;
  readonly profitFactor: number | null;
  readonly expectancy: number | null;
  readonly payoff: number | null;
  readonly meanBars: number | null;
}

export interface Trade {
  readonly side: Side;
  readonly entryN: number;
  readonly entryTime: UnixMs;
  readonly entryPrice: number;
  readonly exitN: number | null;
  readonly exitTime: UnixMs | null;
  readonly exitPrice: number;
  readonly return: number;
  readonly bars: number;
}

/** The account over time in columns of one length, and the newest trades. */
export interface BacktestSeries {
  readonly time: readonly UnixMs[];
  readonly equity: readonly number[];
  readonly held: readonly number[];
  readonly drawdown: readonly number[];
  readonly heldDrawdown: readonly number[];
  readonly points: number;
  readonly trades: readonly Trade[];
  readonly tradeCount: number;
}

/** One strategy on one symbol. */
export interface BacktestRun {
  readonly symbol: string;
  readonly strategy: string;
  readonly bars: number;
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly signalCount: number;
  readonly forward: readonly Forward[];
  readonly tradeStats: TradeStats;
  readonly equity: EquityStats;
  readonly buyAndHold: EquityStats;
  readonly exposure: number;
  readonly turnover: number | null;
  readonly ruined: boolean;
  readonly series: BacktestSeries | null;
}

export interface Backtest {
  readonly id: string;
  readonly state: BacktestState;
  readonly request: NewBacktest;
  readonly createdAt: UnixMs;
  readonly done: number;
  readonly total: number;
  readonly badRows: number;
  readonly badRowReasons: readonly string[];
  readonly warnings: readonly string[];
  readonly error: string | null;
  readonly results: readonly BacktestRun[];
}

/** One or several bars in one. */
export interface BacktestCandle {
  readonly n: number;
  readonly bars: number;
  readonly time: UnixMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export function decodeBacktest(value: unknown, path = 'backtest'): Backtest {
  const r = new Reader(value, path);
  return {
    id: r.text('id'),
    state: r.oneOf('state', backtestStates),
    request: decodeRequest(r.get('request'), `${path}.request`),
    createdAt: r.time('createdAt'),
    done: r.numberOr('done', 0),
    total: r.numberOr('total', 0),
    badRows: r.numberOr('badRows', 0),
    badRowReasons: texts(r, 'badRowReasons'),
    warnings: texts(r, 'warnings'),
    error: r.textOrNull('error'),
    results: r.array('results').map((run, i) => decodeRun(run, `${path}.results[${i}]`)),
  };
}

export function decodeBacktestCandle(value: unknown, path = 'candle'): BacktestCandle {
  const r = new Reader(value, path);
  return {
    n: r.number('n'),
    bars: r.number('bars'),
    time: r.time('time'),
    open: r.number('open'),
    high: r.number('high'),
    low: r.number('low'),
    close: r.number('close'),
  };
}

function decodeRequest(value: unknown, path: string): NewBacktest {
  const r = new Reader(value, path);
  const from = r.textOrNull('from');
  const to = r.textOrNull('to');
  return {
    dataset: r.textOrNull('dataset') ?? '',
    symbols: texts(r, 'symbols'),
    strategies: texts(r, 'strategies'),
    commissionBps: r.numberOr('commissionBps', 0),
    slippageBps: r.numberOr('slippageBps', 0),
    short: r.get('short') === true,
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  };
}

function decodeRun(value: unknown, path: string): BacktestRun {
  const r = new Reader(value, path);
  const series = r.get('series');
  return {
    symbol: r.text('symbol'),
    strategy: r.text('strategy'),
    bars: r.number('bars'),
    from: r.time('from'),
    to: r.time('to'),
    signalCount: r.number('signalCount'),
    forward: r.array('forward').map((item, i) => decodeForward(item, `${path}.forward[${i}]`)),
    tradeStats: decodeTradeStats(r.get('tradeStats'), `${path}.tradeStats`),
    equity: decodeEquity(r.get('equity'), `${path}.equity`),
    buyAndHold: decodeEquity(r.get('buyAndHold'), `${path}.buyAndHold`),
    exposure: r.number('exposure'),
    turnover: r.numberOrNull('turnover'),
    ruined: r.get('ruined') === true,
    series: series === null || series === undefined ? null : decodeSeries(series, `${path}.series`),
  };
}

function decodeForward(value: unknown, path: string): Forward {
  const r = new Reader(value, path);
  return {
    horizon: r.number('horizon'),
    buys: decodeHits(r.get('buys'), `${path}.buys`),
    sells: decodeHits(r.get('sells'), `${path}.sells`),
  };
}

function decodeHits(value: unknown, path: string): HitStats {
  const r = new Reader(value, path);
  return {
    n: r.number('n'),
    hitRate: r.numberOrNull('hitRate'),
    low: r.number('low'),
    high: r.number('high'),
    baseRate: r.numberOrNull('baseRate'),
    meanReturn: r.numberOrNull('meanReturn'),
    medianReturn: r.numberOrNull('medianReturn'),
    randomAtLeast: r.numberOrNull('randomAtLeast'),
  };
}

function decodeTradeStats(value: unknown, path: string): TradeStats {
  const r = new Reader(value, path);
  return {
    closed: r.number('closed'),
    open: r.number('open'),
    winRate: r.numberOrNull('winRate'),
    winRateLow: r.number('winRateLow'),
    winRateHigh: r.number('winRateHigh'),
    profitFactor: r.numberOrNull('profitFactor'),
    expectancy: r.numberOrNull('expectancy'),
    payoff: r.numberOrNull('payoff'),
    meanBars: r.numberOrNull('meanBars'),
  };
}

function decodeEquity(value: unknown, path: string): EquityStats {
  const r = new Reader(value, path);
  return {
    totalReturn: r.number('totalReturn'),
    annualReturn: r.numberOrNull('annualReturn'),
    maxDrawdown: r.number('maxDrawdown'),
    drawdownBars: r.number('drawdownBars'),
    sharpe: r.numberOrNull('sharpe'),
    sortino: r.numberOrNull('sortino'),
  };
}

function decodeSeries(value: unknown, path: string): BacktestSeries {
  const r = new Reader(value, path);
  return {
    time: numbers(r, 'time').map(unixMs),
    equity: numbers(r, 'equity'),
    held: numbers(r, 'held'),
    drawdown: numbers(r, 'drawdown'),
    heldDrawdown: numbers(r, 'heldDrawdown'),
    points: r.number('points'),
    trades: r.array('trades').map((trade, i) => decodeTrade(trade, `${path}.trades[${i}]`)),
    tradeCount: r.number('tradeCount'),
  };
}

function decodeTrade(value: unknown, path: string): Trade {
  const r = new Reader(value, path);
  return {
    side: r.oneOf('side', ['buy', 'sell']),
    entryN: r.number('entryN'),
    entryTime: r.time('entryTime'),
    entryPrice: r.number('entryPrice'),
    exitN: r.numberOrNull('exitN'),
    exitTime: r.timeOrNull('exitTime'),
    exitPrice: r.number('exitPrice'),
    return: r.number('return'),
    bars: r.number('bars'),
  };
}

function numbers(r: Reader, name: string): number[] {
  return r
    .array(name)
    .filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
}

function texts(r: Reader, name: string): string[] {
  return r.array(name).filter((value): value is string => typeof value === 'string');
}
