import type { Api } from '../wire/api';
import type { HubMessage, IndicatorPoint, Notice } from '../wire/types';
import type { Transport } from '../wire/transport';
import type { Interval } from '../wire/types';
import { CandleSeries } from './candles';
import type { ChartMode } from './preferences';
import { maxPoints } from './series';
import type { Store } from './store';

const pageSize = 1_000;
const maxPages = 5;
/** At first as many as somebody reads; after an interruption as many as the server gives. */
const fewSignals = 200;
const manySignals = 1_000;
const maxHeldBatches = 500;
/** After a failed resume the next one waits this long, however many holes are seen. */
const retryMs = 2_000;

interface Batch {
  readonly previousN: number;
  readonly points: readonly IndicatorPoint[];
}

/** Keeps the store in step with the backend: first load, live messages, and what was missed in between. */
export class Sync {
  private watched: string | null = null;
  /** Live batches that arrive while the answer to `watch` is on its way. */
  private held: Batch[] | null = null;
  private generation = 0;
  private isLoadingOlder = false;
  private isAtBeginning = false;
  private isConnected = false;
  private noResumeBefore = 0;

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly transport: Transport,
    private readonly onNotices: (fresh: readonly Notice[]) => void = () => undefined,
  ) {}

  /** Routes one decoded message into the store. */
  apply(message: HubMessage): void {
    const { store } = this;
    switch (message.kind) {
      case 'quotes':
        store.addQuotes(message.quotes);
        this.selectFirst();
        return;
      case 'points':
        this.addPoints(message.symbol, { previousN: message.previousN, points: message.points });
        return;
      case 'signals':
        store.addSignals(message.signals);
        if (store.signalsLoading.kind === 'failed') void this.loadSignals();
        return;
      case 'notifications':
        this.onNotices(store.addNotifications(message.notifications));
        return;
      case 'summaries':
        store.addSummaries(message.summaries, true);
        // Who sends summaries can be asked for the list again.
        if (store.symbolsLoading.kind === 'failed') void this.loadSymbols();
        return;
      case 'marketEvents':
        store.addEvents(message.events);
        return;
      case 'status':
        store.setStatus(message.status);
        return;
      default:
        message satisfies never;
    }
  }

  /** After every connect: the snapshots, then the watched symbol from where it stopped. */
  async refresh(): Promise<void> {
    this.isConnected = true;
    const signals = this.store.signals.all.length === 0 ? fewSignals : manySignals;
    const watched = this.watched;
    const rest = [this.loadSignals(signals), this.loadNotifications(), this.loadStatus()];
    await this.loadSymbols();
    if (watched !== null && watched === this.watched) await this.resume();
    await Promise.all(rest);
  }

  /** From here on nothing is asked of the hub until the next `refresh`. */
  disconnected(attempt = 1): void {
    this.isConnected = false;
    // Where only the WebSocket is blocked, the snapshots still come; where nothing answers, the page can say so.
    if (attempt === 1 && this.store.symbols.size === 0)
      void Promise.all([this.loadSymbols(), this.loadSignals()]);
  }

  async loadSymbols(): Promise<void> {
    const { store } = this;
    try {
      store.addSummaries(await this.api.symbols(), false);
      store.symbolsLoading = { kind: 'ready' };
      this.selectFirst();
    } catch (error) {
      store.symbolsLoading = { kind: 'failed', message: words(error) };
    }
    store.touch('symbols');
  }

  async loadSignals(limit = fewSignals): Promise<void> {
    const { store } = this;
    try {
      store.addSignals(await this.api.signals({ limit }));
      store.signalsLoading = { kind: 'ready' };
    } catch (error) {
      store.signalsLoading = { kind: 'failed', message: words(error) };
    }
    store.touch('signals');
  }

  /** Shows a symbol: stops watching the one before, watches this one. */
  async select(symbol: string): Promise<void> {
    if (symbol === this.watched) return;
    const before = this.watched;
    this.watched = symbol;
    this.isAtBeginning = false;
    this.store.select(symbol);
    if (before !== null) this.transport.unwatch(before).catch(() => undefined);
    await Promise.all([this.resume(), this.loadSymbolSignals(symbol)]);
  }

  /** Watches the selected symbol from its last known point on and loads its candles. */
  async resume(): Promise<void> {
    const symbol = this.watched;
    const { store } = this;
    if (symbol === null || store.series === null || !this.isConnected) return;
    const generation = (this.generation += 1);
    this.held ??= [];
    try {
      await this.fill(symbol, generation);
      if (generation !== this.generation) return;
      store.seriesLoading = { kind: 'ready' };
      this.release(symbol);
      await this.loadCandles(store.preferences.mode);
    } catch (error) {
      if (generation !== this.generation) return;
      this.noResumeBefore = store.now() + retryMs;
      this.release(symbol);
      if (store.series.points.length === 0) store.seriesLoading = { kind: 'failed', message: words(error) };
    }
    store.touch('series');
  }

  async loadCandles(mode: ChartMode): Promise<void> {
    const { store } = this;
    const symbol = this.watched;
    if (symbol === null || mode === 'bars') {
      store.candles = null;
      store.touch('series');
      return;
    }
    const isSame = store.candles?.symbol === symbol && store.candles.interval === mode;
    if (!isSame) store.candles = null;
    store.touch('series');
    const candles = await this.fetchCandles(symbol, mode);
    if (symbol !== this.watched || mode !== store.preferences.mode) return;
    store.candles = candles;
    store.touch('series');
  }

  /** Fetches a page of bars before the oldest one shown; false when there is nothing more, or no room. */
  async loadOlder(): Promise<boolean> {
    const { series } = this.store;
    if (series === null || this.isLoadingOlder || this.isAtBeginning) return false;
    if (series.firstN <= 1 || series.points.length >= maxPoints * 0.9) return false;
    this.isLoadingOlder = true;
    try {
      const from = Math.max(1, series.firstN - pageSize);
      const added = series.prepend(await this.api.points(series.symbol, from, pageSize));
      this.isAtBeginning = added === 0;
      if (added > 0) this.store.touch('series');
      return added > 0;
    } catch {
      return false;
    } finally {
      this.isLoadingOlder = false;
    }
  }

  /** Shows the bar `n` of a symbol. Answers what stands in the way, or null. */
  async jumpTo(symbol: string, n: number, signalId: string | null): Promise<string | null> {
    if (this.store.selected !== symbol) await this.select(symbol);
    const { series } = this.store;
    if (series === null) return null;
    for (let page = 0; page < maxPages && series.firstN > n; page += 1) if (!(await this.loadOlder())) break;
    if (series.find(n) === undefined)
      return `Bar ${n} of ${symbol} is older than the bars the chart can load.`;
    this.store.jump = { symbol, n, signalId };
    this.store.touch('series', 'signals');
    return null;
  }

  async markRead(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    this.store.markRead(ids);
    await this.api.markRead(ids);
  }

  private async loadNotifications(): Promise<void> {
    // The hub goes on telling; the list then only lacks what is older than this page.
    const notices = await this.api.notifications(200).catch(() => []);
    this.store.addNotifications(notices);
  }

  private async loadStatus(): Promise<void> {
    const status = await this.api.status().catch(() => null);
    if (status !== null) this.store.setStatus(status);
  }

  private async loadSymbolSignals(symbol: string): Promise<void> {
    const signals = await this.api.signals({ symbol, limit: 200 }).catch(() => []);
    this.store.addSignals(signals);
  }

  private async fetchCandles(symbol: string, interval: Interval): Promise<CandleSeries> {
    const series = new CandleSeries(symbol, interval);
    const loaded = await this.api.candles(symbol, interval, pageSize).catch(() => []);
    series.replace(loaded);
    if (this.store.series?.symbol === symbol) series.apply(this.store.series.points);
    return series;
  }

  private selectFirst(): void {
    if (this.watched !== null) return;
    const first = [...this.store.symbols.keys()].sort()[0];
    if (first !== undefined) void this.select(first);
  }

  private addPoints(symbol: string, batch: Batch): void {
    if (symbol !== this.watched) return;
    if (this.held !== null) {
      this.held.push(batch);
      if (this.held.length > maxHeldBatches) this.held.shift();
      return;
    }
    const result = this.store.addPoints(symbol, batch.previousN, batch.points);
    if (result === 'restarted') this.store.series?.clear();
    const isBroken = result === 'hole' || result === 'restarted';
    if (isBroken && this.store.now() >= this.noResumeBefore) void this.resume();
  }

  /** Brings the series up to the present: from the hub, and by REST what the hub no longer has. */
  private async fill(symbol: string, generation: number): Promise<void> {
    const { series } = this.store;
    if (series === null) return;
    const newest = this.store.symbols.get(symbol)?.quote.n ?? 0;
    const complete = contiguousEnd(series.points);
    const from = complete > 0 && complete >= newest - maxPoints ? complete : Math.max(0, newest - pageSize);
    const answer = await this.transport.watch(symbol, from);
    if (generation !== this.generation) return;
    const wanted = (answer[0]?.n ?? newest + 1) - 1;
    let reached = Math.max(from, wanted - maxPoints + answer.length);
    for (let page = 0; page < maxPages && reached < wanted; page += 1) {
      const older = await this.api.points(symbol, reached + 1, pageSize).catch(() => []);
      if (generation !== this.generation) return;
      const end = older.at(-1)?.n ?? reached;
      if (end <= reached) break;
      series.merge(older);
      reached = end;
    }
    series.merge(answer);
  }

  private release(symbol: string): void {
    const held = this.held ?? [];
    this.held = null;
    for (const batch of held) this.addPoints(symbol, batch);
  }
}

/** The last number before the newest hole, or simply the last number. */
function contiguousEnd(points: readonly IndicatorPoint[]): number {
  for (let index = points.length - 1; index > 0; index -= 1) {
    const before = points[index - 1]?.n ?? 0;
    if ((points[index]?.n ?? 0) !== before + 1) return before;
  }
  return points.at(-1)?.n ?? 0;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
