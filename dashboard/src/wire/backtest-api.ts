import type { Backtest, BacktestCandle, NewBacktest } from './backtests';
import { decodeBacktest, decodeBacktestCandle } from './backtests';
import type { OnMalformed } from './decode';
import { decodeList } from './decode';
import { Reader } from './reader';

/** Strategies tested on recorded data. */
export interface BacktestApi {
  list(): Promise<Backtest[]>;
  /** Takes one on; answers its id. */
  start(wanted: NewBacktest): Promise<string>;
  /** A backtest; of one run only when symbol and strategy are given, and then with its series. */
  find(id: string, run?: { readonly symbol: string; readonly strategy: string }): Promise<Backtest>;
  /** Calls off what waits or runs; removes what has ended. */
  end(id: string): Promise<void>;
  candles(id: string, symbol: string, from: number, to: number): Promise<BacktestCandle[]>;
  /** Names of the strategies that can be tested. */
  strategies(): Promise<string[]>;
  /** The parameters live signals are made with now. */
  settingsInForce(): Promise<unknown>;
}

/** Asks for a path and answers its JSON. */
export type Get = (path: string) => Promise<unknown>;
export type Send = (method: 'POST' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;

export const backtestPath = (id: string): string => `/api/backtests/${encodeURIComponent(id)}`;

export function createBacktestApi(get: Get, send: Send, bad: OnMalformed): BacktestApi {
  return {
    list: async () => decodeList(await get('/api/backtests'), 'backtests', decodeBacktest, bad),
    start: async (wanted) => new Reader(await send('POST', '/api/backtests', wanted), 'backtest').text('id'),
    find: async (id, run) =>
      decodeBacktest(
        await get(backtestPath(id) + (run === undefined ? '' : `?${new URLSearchParams(run).toString()}`)),
      ),
    end: async (id) => void (await send('DELETE', backtestPath(id))),
    candles: async (id, symbol, from, to) => {
      const query = new URLSearchParams({ symbol, from: String(from), to: String(to) });
      return decodeList(
        await get(`${backtestPath(id)}/candles?${query.toString()}`),
        'candles',
        decodeBacktestCandle,
        bad,
      );
    },
    strategies: async () => {
      const names = await get('/api/backtests/strategies');
      return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    },
    settingsInForce: () => get('/api/strategies'),
  };
}
