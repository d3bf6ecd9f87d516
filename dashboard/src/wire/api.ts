import type { BacktestApi } from './backtest-api';
import { createBacktestApi } from './backtest-api';
import type { OnMalformed } from './decode';
import {
  decodeAlert,
  decodeCandle,
  decodeList,
  decodeNotice,
  decodePoint,
  decodeSignal,
  decodeSummary,
} from './decode';
import type { AccuracyReport } from './decode-accuracy';
import { decodeAccuracy } from './decode-accuracy';
import { decodeDataset, decodeReplay } from './decode-replay';
import { decodeStatus } from './decode-status';
import type { Settings, SettingsVersion, Strategies } from './decode-strategies';
import { decodeSettingsVersion, decodeStrategies } from './decode-strategies';
import type {
  AlertRule,
  Candle,
  Dataset,
  IndicatorPoint,
  Interval,
  NewAlert,
  NewReplay,
  Notice,
  Replay,
  ReplayAction,
  SymbolSummary,
  SystemStatus,
  TradingSignal,
} from './types';

/** The REST snapshots beside the hub. */
export interface Api {
  symbols(): Promise<SymbolSummary[]>;
  points(symbol: string, fromN: number, limit: number): Promise<IndicatorPoint[]>;
  candles(symbol: string, interval: Interval, limit: number): Promise<Candle[]>;
  signals(query: {
    readonly since?: number;
    readonly symbol?: string;
    readonly limit: number;
  }): Promise<TradingSignal[]>;
  notifications(limit: number): Promise<Notice[]>;
  markRead(ids: readonly string[]): Promise<void>;
  status(): Promise<SystemStatus>;
  alerts(): Promise<AlertRule[]>;
  addAlert(alert: NewAlert): Promise<void>;
  removeAlert(id: string): Promise<void>;
  datasets(): Promise<Dataset[]>;
  replays(): Promise<Replay[]>;
  startReplay(replay: NewReplay): Promise<void>;
  controlReplay(id: string, action: ReplayAction): Promise<void>;
  seekReplay(id: string, position: number): Promise<void>;
  setReplaySpeed(id: string, speed: number): Promise<void>;
  readonly backtests: BacktestApi;
  strategies(): Promise<Strategies>;
  /** Changes the settings of that version; refused when somebody else changed them since. */
  saveStrategies(settings: Settings, version: number): Promise<Strategies>;
  strategyHistory(limit: number): Promise<SettingsVersion[]>;
  accuracy(query: { readonly symbol: string | null }): Promise<AccuracyReport>;
}

/** A request that failed, in words for people. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** HTTP status; 0 when there was no answer at all. */
    readonly status: number,
    /** Messages by the field that is wrong. */
    readonly fields: Readonly<Record<string, readonly string[]>> = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

const timeoutMs = 10_000;

/** Calls that change something need this key when the server has one configured. */
export interface OperatorKey {
  value: string;
}

export function createApi(
  base: string,
  bad: OnMalformed,
  operator: OperatorKey = { value: '' },
  fetcher: typeof fetch = (input, init) => fetch(input, init),
): Api {
  async function request(path: string, init?: RequestInit): Promise<unknown> {
    let response: Response;
    try {
      response = await fetcher(base + path, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      const slow = error instanceof DOMException && error.name === 'TimeoutError';
      throw new ApiError(
        slow ? 'The server did not answer within 10 s.' : 'The server cannot be reached.',
        0,
      );
    }
    if (!response.ok) throw await problemOf(response);
    const text = await response.text();
    if (text === '') return null;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new ApiError(`The server's answer to ${path} is not JSON.`, response.status);
    }
  }

  async function send(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const headers: Record<string, string> = { 'content-type': 'application/json', ...more };
    if (operator.value !== '') headers['X-Operator-Key'] = operator.value;
    return await request(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function change(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<void> {
    await send(method, path, body);
  }

  const replayPath = (id: string): string => `/api/replays/${encodeURIComponent(id)}`;
  const symbolPath = (symbol: string): string => `/api/symbols/${encodeURIComponent(symbol)}`;

  return {
    symbols: async () => decodeList(await request('/api/symbols'), 'symbols', decodeSummary, bad),
    points: async (symbol, fromN, limit) =>
      decodeList(
        await request(`${symbolPath(symbol)}/indicators?fromN=${fromN}&limit=${limit}`),
        'indicators',
        decodePoint,
        bad,
      ),
    candles: async (symbol, interval, limit) =>
      decodeList(
        await request(`${symbolPath(symbol)}/candles?interval=${interval}&limit=${limit}`),
        'candles',
        decodeCandle,
        bad,
      ),
    signals: async ({ since, symbol, limit }) => {
      const query = new URLSearchParams({ limit: String(limit) });
      if (since !== undefined) query.set('since', String(since));
      if (symbol !== undefined) query.set('symbol', symbol);
      return decodeList(await request(`/api/signals?${query.toString()}`), 'signals', decodeSignal, bad);
    },
    notifications: async (limit) =>
      decodeList(await request(`/api/notifications?limit=${limit}`), 'notifications', decodeNotice, bad),
    markRead: (ids) => change('POST', '/api/notifications/read', { ids }),
    alerts: async () => decodeList(await request('/api/alerts'), 'alerts', decodeAlert, bad),
    addAlert: (alert) => change('POST', '/api/alerts', alert),
    removeAlert: (id) => change('DELETE', `/api/alerts/${encodeURIComponent(id)}`),
    datasets: async () => decodeList(await request('/api/datasets'), 'datasets', decodeDataset, bad),
    replays: async () => decodeList(await request('/api/replays'), 'replays', decodeReplay, bad),
    startReplay: (replay) => change('POST', '/api/replays', replay),
    controlReplay: (id, action) => change('POST', `${replayPath(id)}/${action}`),
    seekReplay: (id, position) => change('POST', `${replayPath(id)}/seek`, { position }),
    setReplaySpeed: (id, speed) => change('POST', `${replayPath(id)}/speed`, { speed }),
    backtests: createBacktestApi((path) => request(path), send, bad),
    strategies: async () => decodeStrategies(await request('/api/strategies')),
    saveStrategies: async (settings, version) =>
      decodeStrategies(await send('PUT', '/api/strategies', settings, { 'If-Match': `"${version}"` })),
    strategyHistory: async (limit) =>
      decodeList(
        await request(`/api/strategies/history?limit=${limit}`),
        'history',
        decodeSettingsVersion,
        bad,
      ),
    accuracy: async ({ symbol }) =>
      decodeAccuracy(
        await request(`/api/accuracy${symbol === null ? '' : `?symbol=${encodeURIComponent(symbol)}`}`),
      ),
    status: async () => decodeStatus(await request('/api/status')),
  };
}

/** Title, detail and field messages of a problem document, otherwise the status in words. */
async function problemOf(response: Response): Promise<ApiError> {
  try {
    const problem = (await response.json()) as unknown;
    if (typeof problem === 'object' && problem !== null) {
      const { title, detail, errors } = problem as Record<string, unknown>;
      const fields = fieldMessages(errors);
      const words = [title, detail, ...Object.values(fields).flat()].filter(
        (part): part is string => typeof part === 'string' && part !== '',
      );
      if (words.length > 0)
        return new ApiError(
          words.map((part) => (/[.!?]$/.test(part) ? part : `${part}.`)).join(' '),
          response.status,
          fields,
        );
    }
  } catch {
    // Not a problem document: the status line has to do.
  }
  return new ApiError(
    response.status === 404
      ? 'The server does not know this yet.'
      : `The server answered ${response.status} ${response.statusText}.`.replace(' .', '.'),
    response.status,
  );
}

function fieldMessages(errors: unknown): Record<string, readonly string[]> {
  if (typeof errors !== 'object' || errors === null) return {};
  return Object.fromEntries(
    Object.entries(errors).map(([field, messages]) => [
      field,
      (Array.isArray(messages) ? messages : [messages]).filter(
        (message): message is string => typeof message === 'string',
      ),
    ]),
  );
}
