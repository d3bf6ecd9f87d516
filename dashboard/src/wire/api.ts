import type { OnMalformed } from './decode';
import { decodeCandle, decodeList, decodeNotice, decodePoint, decodeSignal, decodeSummary } from './decode';
import { decodeStatus } from './decode-status';
import type {
  Candle,
  IndicatorPoint,
  Interval,
  Notice,
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
}

/** A request that failed, in words for people. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** HTTP status; 0 when there was no answer at all. */
    readonly status: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

const timeoutMs = 10_000;

export function createApi(base: string, bad: OnMalformed, fetcher: typeof fetch = fetch): Api {
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
    if (!response.ok) throw new ApiError(await problemText(response), response.status);
    const text = await response.text();
    if (text === '') return null;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new ApiError(`The server's answer to ${path} is not JSON.`, response.status);
    }
  }

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
    markRead: async (ids) => {
      await request('/api/notifications/read', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ids }),
      });
    },
    status: async () => decodeStatus(await request('/api/status')),
  };
}

/** Title and detail of a problem document, otherwise the status in words. */
async function problemText(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as unknown;
    if (typeof problem === 'object' && problem !== null) {
      const { title, detail } = problem as Record<string, unknown>;
      const words = [title, detail].filter((part): part is string => typeof part === 'string' && part !== '');
      if (words.length > 0) return words.join(': ');
    }
  } catch {
    // Not a problem document: the status line has to do.
  }
  return response.status === 404
    ? 'The server does not know this yet.'
    : `The server answered ${response.status} ${response.statusText}.`.replace(' .', '.');
}
