import type { UnixMs } from './brand';
import { unixMs } from './brand';
import type { Transport } from './transport';
import type { HubMessage } from './types';

/** What the page may honestly say about its feed. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  /** Connected, and bars arrive. */
  | { readonly kind: 'live' }
  /** Connected, but no bar for a while; null when there has been none since the page was opened. */
  | { readonly kind: 'stale'; readonly lastBarAt: UnixMs | null }
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly nextTryAt: UnixMs }
  /** Many attempts failed, or the browser knows it has no network. Attempts go on. */
  | { readonly kind: 'offline'; readonly attempt: number; readonly nextTryAt: UnixMs };

export interface ConnectionEvents {
  state(state: ConnectionState): void;
  message(message: HubMessage): void;
  malformed(error: Error): void;
  /** Called after every successful connect, with false for the first: fetch what was missed. */
  connected(again: boolean): void;
}

export interface Clock {
  now(): number;
  random(): number;
  isOnline(): boolean;
}

export const staleAfterMs = 10_000;
const offlineAfterAttempts = 5;
const firstDelayMs = 500;
const longestDelayMs = 15_000;

/** Exponential with up to 25 % jitter, so that a thousand browsers do not return in the same instant. */
export function retryDelayMs(attempt: number, random: number): number {
  const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(delay * (0.75 + 0.25 * random));
}

/** Keeps one transport connected for ever and tells how fresh the data is. */
export class Connection {
  private state: ConnectionState = { kind: 'connecting' };
  private isConnected = false;
  private wasConnected = false;
  private isStopped = false;
  private attempt = 0;
  private lastBarAt: UnixMs | null = null;
  private connectedAt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private freshTimer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly events: ConnectionEvents,
    private readonly clock: Clock,
  ) {}

  get connected(): boolean {
    return this.isConnected;
  }

  start(): void {
    this.events.state(this.state);
    this.freshTimer = setInterval(() => this.judge(), 500);
    void this.tryConnect();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.retryTimer);
    clearInterval(this.freshTimer);
    await this.transport.close();
  }

  /** Tries at once, e.g. when the user asks or the network came back. */
  retryNow(): void {
    if (this.isConnected || this.isStopped || this.retryTimer === undefined) return;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    void this.tryConnect();
  }

  private async tryConnect(): Promise<void> {
    try {
      await this.transport.connect({
        message: (message) => this.receive(message),
        closed: () => this.lost(),
        malformed: (error) => this.events.malformed(error),
      });
    } catch {
      this.lost();
      return;
    }
    if (this.isStopped) return;
    const again = this.wasConnected;
    this.isConnected = true;
    this.wasConnected = true;
    this.attempt = 0;
    this.connectedAt = this.clock.now();
    this.judge();
    this.events.connected(again);
  }

  private receive(message: HubMessage): void {
    const hasBars =
      (message.kind === 'quotes' && message.quotes.length > 0) ||
      (message.kind === 'points' && message.points.length > 0);
    if (hasBars) {
      this.lastBarAt = unixMs(this.clock.now());
      this.judge();
    }
    this.events.message(message);
  }

  private lost(): void {
    if (this.isStopped || this.retryTimer !== undefined) return;
    this.isConnected = false;
    this.attempt += 1;
    const delay = retryDelayMs(this.attempt, this.clock.random());
    const nextTryAt = unixMs(this.clock.now() + delay);
    const isOffline = this.attempt > offlineAfterAttempts || !this.clock.isOnline();
    this.change({ kind: isOffline ? 'offline' : 'reconnecting', attempt: this.attempt, nextTryAt });
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      void this.tryConnect();
    }, delay);
  }

  private judge(): void {
    if (!this.isConnected) return;
    const now = this.clock.now();
    const isFresh = this.lastBarAt !== null && now - this.lastBarAt <= staleAfterMs;
    if (isFresh) this.change({ kind: 'live' });
    else if (this.lastBarAt !== null || now - this.connectedAt > 1_000)
      this.change({ kind: 'stale', lastBarAt: this.lastBarAt });
  }

  private change(next: ConnectionState): void {
    if (next.kind === this.state.kind && (next.kind === 'live' || next.kind === 'stale')) return;
    this.state = next;
    this.events.state(next);
  }
}
