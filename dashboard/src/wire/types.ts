import type { UnixMs } from './brand';

export type Side = 'buy' | 'sell';
export type Trend = 'up' | 'down' | 'flat' | 'unknown';

/** The indicators of a point that can be null while they warm up. */
export const indicatorNames = [
  'sma20',
  'sma50',
  'sma200',
  'ema12',
  'ema26',
  'ema50',
  'rsi14',
  'macd',
  'macdSignal',
  'macdHistogram',
  'bbUpper',
  'bbMiddle',
  'bbLower',
  'atr14',
  'vwap',
] as const;
export type IndicatorName = (typeof indicatorNames)[number];

/** One bar with every indicator value after it; null while an indicator is warming up. */
export type IndicatorPoint = Readonly<Record<IndicatorName, number | null>> & {
  /** Contiguous within the symbol, from 1. */
  readonly n: number;
  readonly time: UnixMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly source: string;
  readonly ingestedAt: UnixMs;
  readonly unchanged: number;
};

export interface Quote {
  readonly symbol: string;
  readonly n: number;
  readonly time: UnixMs;
  readonly last: number;
  readonly change: number | null;
  readonly changePercent: number | null;
  readonly volume: number | null;
  readonly rsi14: number | null;
  readonly unchanged: number;
  readonly trend: Trend;
  readonly source: string;
  readonly ingestedAt: UnixMs;
  readonly sentAt: UnixMs | null;
}

export interface TradingSignal {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly strategy: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly price: number;
  readonly n: number;
  readonly barTime: UnixMs;
  readonly reasons: readonly string[];
  readonly source: string;
  readonly ingestedAt: UnixMs;
  /** Version of the strategies' settings that decided it; null when it is not known. */
  readonly settingsVersion: number | null;
}

export interface Notice {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  readonly time: UnixMs;
  readonly symbol: string | null;
  readonly side: Side | null;
  readonly signalId: string | null;
  readonly ingestedAt: UnixMs;
  readonly read: boolean;
  /** Source of the bar behind it; empty when there is none. */
  readonly source: string;
}

export interface SymbolSummary {
  readonly symbol: string;
  readonly n: number;
  readonly time: UnixMs;
  readonly last: number;
  readonly dayOpen: number;
  readonly dayHigh: number;
  readonly dayLow: number;
  readonly change: number;
  readonly changePercent: number;
  readonly volume: number;
  readonly vwap: number | null;
  readonly volatility: number | null;
  readonly maxDrawdown: number;
  readonly rsi14: number | null;
  readonly unchanged: number;
  readonly trend: Trend;
  readonly buySignals: number;
  readonly sellSignals: number;
  readonly lastSignal: TradingSignal | null;
  readonly sparkline: readonly number[];
  readonly source: string;
  readonly ingestedAt: UnixMs;
}

export interface Candle {
  readonly time: UnixMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly firstN: number;
  readonly lastN: number;
}

export interface MarketEvent {
  readonly kind: string;
  readonly symbol: string | null;
  readonly time: UnixMs;
  /** The values that are present for this kind, in words. */
  readonly detail: string;
}

export interface NamedValue {
  readonly name: string;
  readonly value: number;
}

export interface InstanceStatus {
  readonly instance: string;
  readonly startedAt: UnixMs | null;
  readonly lastSeen: UnixMs | null;
  /** Whether it was heard of within the last heartbeats. */
  readonly alive: boolean;
  /** Active actors by type. */
  readonly actors: readonly NamedValue[];
}

export interface ServiceStatus {
  readonly app: string;
  readonly instances: readonly InstanceStatus[];
}

export interface DeadLetters {
  readonly total: number;
  readonly byTopic: readonly NamedValue[];
  /** The newest, newest first. */
  readonly recent: readonly DeadLetter[];
}

export interface DeadLetter {
  readonly time: UnixMs | null;
  readonly topic: string;
  /** The app that published it; empty when the event does not say. */
  readonly app: string;
  readonly id: string;
  /** The first characters of its data. */
  readonly content: string;
}

export interface SystemStatus {
  readonly time: UnixMs | null;
  readonly services: readonly ServiceStatus[];
  /** Per second, by stage. */
  readonly rates: readonly NamedValue[];
  /** From ingest to the push to the browsers, milliseconds; null when nothing was measured. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
  readonly rejectedTotal: number;
  readonly rejectedByField: readonly NamedValue[];
  /** The newest refusals in words, newest first. */
  readonly rejectedReasons: readonly string[];
  /** Events no service could handle, until somebody sends them back. */
  readonly deadLetters: DeadLetters;
  readonly components: readonly string[];
  /** How often each rule of order and exactly-once effect applied. */
  readonly ordering: readonly NamedValue[];
  /** Browsers connected to the process that answers. */
  readonly connections: number | null;
}

/** What an alert rule watches. */
export const alertKinds = [
  'price-above',
  'price-below',
  'price-crosses',
  'rsi-above',
  'rsi-below',
  'rsi-crosses',
  'ema-cross',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** A wish to be told when something crosses a line. */
export interface AlertRule {
  readonly id: string;
  readonly kind: string;
  /** Null: every symbol. */
  readonly symbol: string | null;
  readonly threshold: number | null;
  readonly cooldownBars: number;
}

export interface NewAlert {
  readonly kind: AlertKind;
  readonly symbol: string | null;
  readonly threshold: number | null;
}

/** A file that can be replayed. */
export interface Dataset {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
}

export const replayStates = ['running', 'paused', 'stopped', 'completed', 'failed'] as const;
export type ReplayState = (typeof replayStates)[number];
export type ReplayAction = 'pause' | 'resume' | 'stop';

/** Recorded data on its way through the system. */
export interface Replay {
  readonly id: string;
  readonly dataset: string;
  /** Multiple of the recorded time; 0: as fast as accepted. */
  readonly speed: number;
  /** Fixed rate; 0: not used. */
  readonly barsPerSecond: number;
  readonly state: ReplayState;
  readonly position: number;
  /** 0 until the files were read. */
  readonly total: number;
  readonly refused: number;
  readonly badRows: number;
  readonly barTime: UnixMs | null;
  readonly error: string | null;
  /** Which series the bars go to, where these are not named as in the files. */
  readonly note: string | null;
  /** What a running replay waits for. */
  readonly waiting: string | null;
  readonly warnings: readonly string[];
}

export interface NewReplay {
  readonly dataset: string;
  readonly speed: number;
  readonly symbols?: readonly string[];
}

/** What the hub sends, after decoding. */
export type HubMessage =
  | { readonly kind: 'quotes'; readonly quotes: readonly Quote[] }
  | {
      readonly kind: 'points';
      readonly symbol: string;
      readonly previousN: number;
      readonly points: readonly IndicatorPoint[];
    }
  | { readonly kind: 'signals'; readonly signals: readonly TradingSignal[] }
  | { readonly kind: 'notifications'; readonly notifications: readonly Notice[] }
  | { readonly kind: 'summaries'; readonly summaries: readonly SymbolSummary[] }
  | { readonly kind: 'marketEvents'; readonly events: readonly MarketEvent[] }
  | { readonly kind: 'status'; readonly status: SystemStatus };

export const hubMessageKinds = [
  'quotes',
  'points',
  'signals',
  'notifications',
  'summaries',
  'marketEvents',
  'status',
] as const satisfies readonly HubMessage['kind'][];
export type HubMessageKind = (typeof hubMessageKinds)[number];

export const intervals = ['1s', '5s', '15s', '1m', '5m', '15m', '1h', '4h', '1d'] as const;
export type Interval = (typeof intervals)[number];

export const intervalMs: Readonly<Record<Interval, number>> = {
  '1s': 1_000,
  '5s': 5_000,
  '15s': 15_000,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
};
