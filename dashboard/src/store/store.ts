import type { UnixMs } from '../wire/brand';
import { unixMs } from '../wire/brand';
import type { ConnectionState } from '../wire/connection';
import type {
  IndicatorPoint,
  MarketEvent,
  Notice,
  Quote,
  SymbolSummary,
  SystemStatus,
  TradingSignal,
} from '../wire/types';
import { isReplay } from '../wire/source';
import type { CandleSeries } from './candles';
import { Feed } from './feed';
import { Meter } from './meter';
import type { Preferences } from './preferences';
import type { AddResult } from './series';
import { PointSeries } from './series';

/** The parts of the state a view can be told about. */
export type Topic =
  | 'connection'
  | 'symbols'
  | 'selection'
  | 'series'
  | 'signals'
  | 'notifications'
  | 'events'
  | 'status'
  | 'preferences'
  | 'clock';

/** Something fetched: not yet, there, or failed in words. */
export type Loading = { kind: 'loading' } | { kind: 'ready' } | { kind: 'failed'; message: string };

/** One line of the watch list: the newest quote over the newest summary. */
export interface SymbolRow {
  readonly symbol: string;
  readonly quote: Quote;
  readonly summary: SymbolSummary | null;
  readonly sparkline: readonly number[];
  /** When this browser last heard of the symbol. */
  readonly seenAt: UnixMs;
  /** How the last price moved against the one before; what the flash shows. */
  readonly moved: -1 | 0 | 1;
}

export interface SignalFilter {
  readonly symbol: string;
  readonly side: '' | 'buy' | 'sell';
  readonly strategy: string;
}

/** A place in the chart somebody asked to see. */
export interface JumpTarget {
  readonly symbol: string;
  readonly n: number;
  readonly signalId: string | null;
}

const maxSymbols = 2_000;
const maxSparkline = 32;
const maxEvents = 100;
/** Recorded data is going through the system until so long after its last bar. */
const replayMs = 5_000;

/** The one state of the page. Changes are collected and painted once per animation frame. */
export class Store {
  connection: ConnectionState = { kind: 'connecting' };
  symbols: ReadonlyMap<string, SymbolRow> = new Map();
  symbolsLoading: Loading = { kind: 'loading' };
  selected: string | null = null;
  series: PointSeries | null = null;
  seriesLoading: Loading = { kind: 'ready' };
  candles: CandleSeries | null = null;
  signals = new Feed<TradingSignal>(1_000, (signal) => signal.ingestedAt);
  signalsLoading: Loading = { kind: 'loading' };
  filter: SignalFilter = { symbol: '', side: '', strategy: '' };
  search = '';
  notifications = new Feed<Notice>(500, (notice) => notice.ingestedAt);
  events: readonly MarketEvent[] = [];
  status: SystemStatus | null = null;
  jump: JumpTarget | null = null;
  drawerOpen = false;
  malformed = 0;
  /** Replays that are known to run now. */
  runningReplays = 0;
  /** Bars per second and the way from ingest to here in milliseconds, of the last five seconds. */
  readonly bars = new Meter(5_000);
  readonly latency = new Meter(5_000);

  private replayedAt = Number.NEGATIVE_INFINITY;
  private readonly listeners = new Map<(topics: ReadonlySet<Topic>) => void, readonly Topic[]>();
  private dirty = new Set<Topic>();
  private isScheduled = false;

  constructor(
    public preferences: Preferences,
    readonly now: () => number = Date.now,
    private readonly schedule: (paint: () => void) => void = (paint) => void requestAnimationFrame(paint),
  ) {}

  get listenerCount(): number {
    return this.listeners.size;
  }

  /** Whether recorded data is going through the system, so that nobody takes it for the market. */
  get isReplaying(): boolean {
    return this.runningReplays > 0 || this.now() - this.replayedAt < replayMs;
  }

  get unread(): number {
    return this.notifications.all.reduce((count, notice) => count + (notice.read ? 0 : 1), 0);
  }

  /** Calls `listener` at most once per frame after one of the topics changed. Returns what ends it. */
  subscribe(topics: readonly Topic[], listener: (topics: ReadonlySet<Topic>) => void): () => void {
    this.listeners.set(listener, topics);
    return () => this.listeners.delete(listener);
  }

  /** Marks topics as changed. */
  touch(...topics: readonly Topic[]): void {
    for (const topic of topics) this.dirty.add(topic);
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.schedule(() => this.flush());
  }

  setConnection(state: ConnectionState): void {
    this.connection = state;
    this.touch('connection');
  }

  setPreferences(change: Partial<Preferences>): void {
    this.preferences = { ...this.preferences, ...change };
    this.touch('preferences');
  }

  addSummaries(summaries: readonly SymbolSummary[], isLive: boolean): void {
    const next = new Map(this.symbols);
    for (const summary of summaries) {
      const row = next.get(summary.symbol);
      if (row === undefined && next.size >= maxSymbols) continue;
      const isNewer = row === undefined || summary.n >= row.quote.n;
      const now = this.now();
      next.set(summary.symbol, {
        symbol: summary.symbol,
        quote: isNewer ? { ...summary, sentAt: null } : row.quote,
        summary,
        sparkline: summary.sparkline.slice(-maxSparkline),
        seenAt: row?.seenAt ?? unixMs(isLive ? now : Math.min(now, summary.ingestedAt)),
        moved: row?.moved ?? 0,
      });
    }
    this.symbols = next;
    this.touch('symbols');
  }

  addQuotes(quotes: readonly Quote[]): void {
    const now = this.now();
    const next = new Map(this.symbols);
    for (const quote of quotes) {
      const row = next.get(quote.symbol);
      if (row === undefined && next.size >= maxSymbols) continue;
      if (row !== undefined && quote.n === row.quote.n) continue;
      const steps = row === undefined || quote.n < row.quote.n ? 1 : quote.n - row.quote.n;
      this.bars.add(now, steps);
      if (isReplay(quote.source)) this.replayedAt = now;
      this.latency.add(now, Math.max(0, now - quote.ingestedAt));
      next.set(quote.symbol, {
        symbol: quote.symbol,
        quote,
        summary: row?.summary ?? null,
        sparkline: row?.summary
          ? row.sparkline
          : [...(row?.sparkline ?? []), quote.last].slice(-maxSparkline),
        seenAt: unixMs(now),
        moved: row === undefined ? 0 : (Math.sign(quote.last - row.quote.last) as -1 | 0 | 1),
      });
    }
    this.symbols = next;
    this.touch('symbols');
  }

  /** Starts an empty series for a symbol; null selects nothing. */
  select(symbol: string | null): void {
    this.selected = symbol;
    this.series = symbol === null ? null : new PointSeries(symbol);
    this.seriesLoading = symbol === null ? { kind: 'ready' } : { kind: 'loading' };
    this.candles = null;
    this.touch('selection', 'series', 'signals');
  }

  addPoints(symbol: string, previousN: number, points: readonly IndicatorPoint[]): AddResult {
    if (this.series?.symbol !== symbol) return 'repeated';
    const result = this.series.addLive(previousN, points);
    if (result === 'added' || result === 'hole') this.candles?.apply(points);
    this.touch('series');
    return result;
  }

  /** Adds signals and returns those that were not known. */
  addSignals(signals: readonly TradingSignal[]): TradingSignal[] {
    const fresh = this.signals.add(signals);
    if (fresh.length > 0) this.touch('signals');
    return fresh;
  }

  addNotifications(notices: readonly Notice[]): Notice[] {
    const fresh = this.notifications.add(notices);
    if (fresh.length > 0) this.touch('notifications');
    return fresh;
  }

  markRead(ids: readonly string[]): void {
    const read = new Set(ids);
    this.notifications.update((notice) =>
      read.has(notice.id) && !notice.read ? { ...notice, read: true } : notice,
    );
    this.touch('notifications');
  }

  addEvents(events: readonly MarketEvent[]): void {
    this.events = [...[...events].reverse(), ...this.events].slice(0, maxEvents);
    this.touch('events');
  }

  setStatus(status: SystemStatus): void {
    this.status = status;
    this.touch('status');
  }

  private flush(): void {
    this.isScheduled = false;
    const topics = this.dirty;
    this.dirty = new Set();
    for (const [listener, wanted] of [...this.listeners])
      if (wanted.some((topic) => topics.has(topic))) listener(topics);
  }
}

/** The signals a filter lets through; newest first. */
export function filterSignals(signals: readonly TradingSignal[], filter: SignalFilter): TradingSignal[] {
  const symbol = filter.symbol.trim().toUpperCase();
  return signals.filter(
    (signal) =>
      (symbol === '' || signal.symbol.includes(symbol)) &&
      (filter.side === '' || signal.side === filter.side) &&
      (filter.strategy === '' || signal.strategy === filter.strategy),
  );
}
