import type { Backtest, BacktestRun, HitStats } from '../wire/backtests';
import { formatDay } from './format';

const minus = (text: string): string => text.replace('-', '−');

export function percent(share: number | null, digits = 1): string {
  return share === null ? '–' : `${minus((share * 100).toFixed(digits))} %`;
}

export function decimal(value: number | null): string {
  return value === null ? '–' : minus(value.toFixed(2));
}

/** A share is never shown without the interval it may lie in. */
export function withInterval(share: number | null, low: number, high: number): string {
  return share === null ? '–' : `${percent(share)} (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`;
}

/** What a hit rate says about its base rate: nothing, most of the time. */
export function verdict(stats: HitStats): string {
  if (stats.hitRate === null || stats.baseRate === null) return 'no signals';
  if (stats.baseRate < stats.low) return 'above the base rate';
  if (stats.baseRate > stats.high) return 'below the base rate';
  return 'shows nothing';
}

/** What the figures of a run rest on. */
export function assumptions(backtest: Backtest, run: BacktestRun): string {
  const { request } = backtest;
  return [
    `${run.bars.toLocaleString('en-US')} bars, ${formatDay(run.from)} to ${formatDay(run.to)}`,
    request.short ? 'long and short' : 'long only',
    `${request.commissionBps} bp commission and ${request.slippageBps} bp slippage a fill`,
    `${run.signalCount.toLocaleString('en-US')} signals`,
  ].join(' · ');
}

/** State of a backtest in words. */
export function stateWords(backtest: Backtest): string {
  switch (backtest.state) {
    case 'queued':
      return 'waits for its turn';
    case 'running':
      return backtest.total === 0 ? 'reads the data' : `${backtest.done} of ${backtest.total} runs`;
    case 'completed':
      return `${backtest.total} runs`;
    case 'failed':
      return backtest.error ?? 'failed';
    case 'cancelled':
      return 'called off';
    default:
      return backtest.state satisfies never;
  }
}

/** What was asked for in a line. */
export function requestWords(backtest: Backtest): string {
  const { dataset, strategies, symbols } = backtest.request;
  const parts = [dataset];
  if (symbols !== undefined && symbols.length > 0) parts.push(symbols.slice(0, 4).join(', '));
  parts.push(strategies === undefined || strategies.length === 0 ? 'all strategies' : strategies.join(', '));
  return parts.join(' · ');
}
