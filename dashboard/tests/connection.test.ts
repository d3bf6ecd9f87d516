import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionState } from '../src/wire/connection';
import { Connection, retryDelayMs } from '../src/wire/connection';
import type { Transport, TransportEvents } from '../src/wire/transport';
import { connectionText } from '../src/views/header';
import { quote } from './build';

class FakeTransport implements Transport {
  isUp = true;
  connects = 0;
  events: TransportEvents | undefined;

  async connect(events: TransportEvents): Promise<void> {
    this.connects += 1;
    if (!this.isUp) throw new Error('refused');
    this.events = events;
  }

  watch = vi.fn(async () => []);
  unwatch = vi.fn(async () => undefined);
  close = vi.fn(async () => undefined);

  bar(): void {
    this.events?.message({ kind: 'quotes', quotes: [quote('A', 1)] });
  }
}

describe('Connection', () => {
  let transport: FakeTransport;
  let states: ConnectionState[];
  let connected: boolean[];
  let connection: Connection;
  let isOnline: boolean;

  const last = (): ConnectionState | undefined => states.at(-1);

  beforeEach(() => {
    vi.useFakeTimers();
    transport = new FakeTransport();
    states = [];
    connected = [];
    isOnline = true;
    connection = new Connection(
      transport,
      {
        state: (state) => states.push(state),
        message: () => undefined,
        malformed: () => undefined,
        connected: (again) => connected.push(again),
      },
      { now: Date.now, random: () => 1, isOnline: () => isOnline },
    );
    connection.start();
  });

  afterEach(async () => {
    await connection.stop();
    vi.useRealTimers();
  });

  it('is live only once bars arrive', async () => {
    await vi.advanceTimersByTimeAsync(0);
    expect(last()?.kind).toBe('connecting');

    transport.bar();

    expect(last()?.kind).toBe('live');
    expect(connected).toEqual([false]);
  });

  it('is stale when connected without any bar', async () => {
    await vi.advanceTimersByTimeAsync(2_000);

    expect(last()).toEqual({ kind: 'stale', lastBarAt: null });
  });

  it('becomes stale ten seconds after the last bar, and live with the next', async () => {
    await vi.advanceTimersByTimeAsync(0);
    transport.bar();
    const at = Date.now();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(last()?.kind).toBe('live');

    await vi.advanceTimersByTimeAsync(600);
    expect(last()).toEqual({ kind: 'stale', lastBarAt: at });

    transport.bar();
    expect(last()?.kind).toBe('live');
  });

  it('does not take an empty message for a bar', async () => {
    await vi.advanceTimersByTimeAsync(0);
    transport.events?.message({ kind: 'quotes', quotes: [] });

    expect(last()?.kind).toBe('connecting');
  });

  it('reconnects with growing pauses, tells the attempt, and says that it was again', async () => {
    await vi.advanceTimersByTimeAsync(0);
    transport.isUp = false;
    transport.events?.closed();
    expect(last()).toEqual({ kind: 'reconnecting', attempt: 1, nextTryAt: Date.now() + 500 });

    await vi.advanceTimersByTimeAsync(500);
    expect(last()).toEqual({ kind: 'reconnecting', attempt: 2, nextTryAt: Date.now() + 1_000 });

    transport.isUp = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connected).toEqual([false, true]);
    transport.bar();
    expect(last()?.kind).toBe('live');
  });

  it('calls itself offline after five attempts and never gives up', async () => {
    await vi.advanceTimersByTimeAsync(0);
    transport.isUp = false;
    transport.events?.closed();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(last()?.kind).toBe('offline');
    const before = transport.connects;

    await vi.advanceTimersByTimeAsync(600_000);

    expect(transport.connects).toBeGreaterThan(before + 30);
  });

  it('is offline at once when the browser has no network, and tries at once when told', async () => {
    await vi.advanceTimersByTimeAsync(0);
    isOnline = false;
    transport.events?.closed();
    expect(last()?.kind).toBe('offline');

    connection.retryNow();
    await vi.advanceTimersByTimeAsync(0);

    expect(transport.connects).toBe(2);
    expect(connection.connected).toBe(true);
  });

  it('counts a lost connection once', async () => {
    await vi.advanceTimersByTimeAsync(0);
    transport.events?.closed();
    transport.events?.closed();

    expect(last()).toMatchObject({ kind: 'reconnecting', attempt: 1 });
  });

  it('stops for good', async () => {
    await vi.advanceTimersByTimeAsync(0);
    transport.isUp = false;
    transport.events?.closed();
    await connection.stop();
    const before = transport.connects;

    await vi.advanceTimersByTimeAsync(60_000);

    expect(transport.connects).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('retryDelayMs', () => {
  it('doubles up to fifteen seconds, less at most a quarter', () => {
    expect([1, 2, 3, 10, 500].map((attempt) => retryDelayMs(attempt, 1))).toEqual([
      500, 1_000, 2_000, 15_000, 15_000,
    ]);
    expect(retryDelayMs(2, 0)).toBe(750);
  });
});

describe('connectionText', () => {
  it('says the age and the next try', () => {
    const at = 1_000_000;

    expect(connectionText({ kind: 'stale', lastBarAt: at as never }, at + 14_200).detail).toBe(
      'connected, last bar 14 s ago',
    );
    expect(connectionText({ kind: 'offline', attempt: 7, nextTryAt: (at + 2_500) as never }, at)).toEqual({
      word: 'Offline',
      detail: 'attempt 7, next try in 3 s',
    });
  });
});
