import { demoAccuracy, demoStrategies } from '../src/dev/demo-strategies';
import type { Mock } from 'vitest';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultPreferences } from '../src/store/preferences';
import { Store } from '../src/store/store';
import { Sync } from '../src/store/sync';
import type { Api } from '../src/wire/api';
import { ApiError } from '../src/wire/api';
import { createBacktestApi } from '../src/wire/backtest-api';
import type { Transport } from '../src/wire/transport';
import type { IndicatorPoint, Notice } from '../src/wire/types';
import { notice, point, points, signal, summary } from './build';

describe('Sync', () => {
  let server: IndicatorPoint[];
  /** How many of its points the hub still has; older ones only come by REST. */
  let hubKeeps: number;
  let store: Store;
  let sync: Sync;
  let notices: Mock<(fresh: readonly Notice[]) => void>;

  const watch = vi.fn();
  const api = {
    symbols: vi.fn(async () => [summary('AAPL', server.length), summary('MSFT', 3)]),
    points: vi.fn(async (_: string, fromN: number, limit: number) =>
      server.filter((p) => p.n >= fromN).slice(0, limit),
    ),
    candles: vi.fn(async () => []),
    signals: vi.fn(async () => [signal(1)]),
    notifications: vi.fn(async () => [notice('old', { read: true })]),
    markRead: vi.fn(async () => undefined),
    alerts: vi.fn(async () => []),
    datasets: vi.fn(async () => []),
    replays: vi.fn(async () => []),
    startReplay: vi.fn(async () => undefined),
    controlReplay: vi.fn(async () => undefined),
    seekReplay: vi.fn(async () => undefined),
    setReplaySpeed: vi.fn(async () => undefined),
    backtests: createBacktestApi(
      async () => [],
      async () => null,
      () => undefined,
    ),
    strategies: vi.fn(async () => demoStrategies()),
    saveStrategies: vi.fn(async () => demoStrategies()),
    strategyHistory: vi.fn(async () => []),
    accuracy: vi.fn(async () => demoAccuracy(null)),
    addAlert: vi.fn(async () => undefined),
    removeAlert: vi.fn(async () => undefined),
    status: vi.fn(async () => Promise.reject(new ApiError('not here', 404))),
  } satisfies Api;
  const transport: Transport = {
    connect: async () => undefined,
    watch,
    unwatch: vi.fn(async () => undefined),
    close: async () => undefined,
  };
  const shown = (): number[] => store.series?.points.map((p) => p.n) ?? [];
  const range = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);

  beforeEach(() => {
    vi.clearAllMocks();
    server = points(1, 30);
    hubKeeps = 1_000;
    watch.mockImplementation(async (_: string, fromN: number) =>
      server.filter((p) => p.n > fromN).slice(-hubKeeps),
    );
    store = new Store(defaultPreferences, Date.now, () => undefined);
    notices = vi.fn();
    sync = new Sync(store, api, transport, notices);
  });

  it('loads the snapshots and shows the first symbol', async () => {
    await sync.refresh();
    await vi.waitFor(() => expect(shown()).toEqual(range(1, 30)));

    expect(store.selected).toBe('AAPL');
    expect(store.symbolsLoading.kind).toBe('ready');
    expect(store.signals.all).toHaveLength(1);
    expect(notices).not.toHaveBeenCalled();
  });

  it('fetches by REST what the hub no longer has', async () => {
    hubKeeps = 4;
    await sync.refresh();
    await vi.waitFor(() => expect(shown()).toEqual(range(1, 30)));

    expect(api.points).toHaveBeenCalledWith('AAPL', 1, 1_000);
  });

  it('asks for what was missed after a reconnect', async () => {
    await sync.refresh();
    await vi.waitFor(() => expect(shown()).toHaveLength(30));
    sync.disconnected();
    server = points(1, 45);
    watch.mockClear();

    await sync.refresh();

    expect(watch).toHaveBeenCalledWith('AAPL', 30);
    expect(api.signals).toHaveBeenLastCalledWith({ limit: 1_000 });
    expect(shown()).toEqual(range(1, 45));
  });

  it('closes a hole by watching again from its near side', async () => {
    await sync.refresh();
    await vi.waitFor(() => expect(shown()).toHaveLength(30));
    server = points(1, 40);
    watch.mockClear();

    sync.apply({ kind: 'points', symbol: 'AAPL', previousN: 36, points: points(37, 38) });
    await vi.waitFor(() => expect(shown()).toEqual(range(1, 40)));

    expect(watch).toHaveBeenCalledWith('AAPL', 30);
  });

  it('holds live points back until the answer to watch is there', async () => {
    let answer: (value: IndicatorPoint[]) => void = () => undefined;
    await sync.refresh();
    await vi.waitFor(() => expect(shown()).toHaveLength(30));
    watch.mockImplementation(() => new Promise<IndicatorPoint[]>((resolve) => (answer = resolve)));

    const selecting = sync.select('MSFT');
    sync.apply({ kind: 'points', symbol: 'MSFT', previousN: 3, points: [point(4)] });
    expect(shown()).toEqual([]);
    answer(points(1, 3));
    await selecting;

    expect(shown()).toEqual([1, 2, 3, 4]);
    expect(watch).toHaveBeenCalledTimes(2);
    expect(transport.unwatch).toHaveBeenCalledWith('AAPL');
  });

  it('starts over when the backend began its series anew', async () => {
    await sync.refresh();
    await vi.waitFor(() => expect(shown()).toHaveLength(30));
    server = [1, 2].map((n) => point(n, { time: 1_800_000_000_000 + n, close: 7, low: 1 }));

    sync.apply({ kind: 'points', symbol: 'AAPL', previousN: 1, points: server.slice(1) });
    await vi.waitFor(() => expect(store.series?.points.map((p) => p.close)).toEqual([7, 7]));
  });

  it('tells only of notifications that come live and are new', async () => {
    await sync.refresh();

    sync.apply({ kind: 'notifications', notifications: [notice('old'), notice('new')] });

    expect(notices).toHaveBeenCalledWith([expect.objectContaining({ id: 'new' })]);
    expect(store.unread).toBe(1);
  });

  it('says in words why the bars are missing, and succeeds on retry', async () => {
    watch.mockRejectedValueOnce(new Error('The hub is busy.'));
    await sync.refresh();
    await vi.waitFor(() =>
      expect(store.seriesLoading).toEqual({ kind: 'failed', message: 'The hub is busy.' }),
    );

    await sync.resume();

    expect(store.seriesLoading.kind).toBe('ready');
    expect(shown()).toHaveLength(30);
  });

  it('loads the list again once its sender is heard of', async () => {
    api.symbols.mockRejectedValueOnce(new ApiError('The service is not there.', 503));
    await sync.refresh();
    expect(store.symbolsLoading).toEqual({ kind: 'failed', message: 'The service is not there.' });

    sync.apply({ kind: 'summaries', summaries: [summary('AAPL', 30)] });

    await vi.waitFor(() => expect(store.symbolsLoading.kind).toBe('ready'));
    expect([...store.symbols.keys()]).toEqual(['AAPL', 'MSFT']);
  });

  it('jumps to a bar that has to be fetched, and says when it cannot', async () => {
    server = points(1, 2_500);
    await sync.refresh();
    await vi.waitFor(() => expect(store.series?.firstN).toBe(1_501));

    expect(await sync.jumpTo('AAPL', 700, 'id')).toBeNull();
    expect(store.series?.firstN).toBe(501);
    expect(store.jump).toMatchObject({ n: 700, signalId: 'id' });
    expect(await sync.jumpTo('AAPL', 9_999, null)).toContain('Bar 9999 of AAPL');
  });
});
