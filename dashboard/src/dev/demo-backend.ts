import type { Backend } from '../app';
import { CandleSeries } from '../store/candles';
import { unixMs } from '../wire/brand';
import { isReplay } from '../wire/source';
import type { TransportEvents } from '../wire/transport';
import type {
  AlertRule,
  Dataset,
  IndicatorPoint,
  Notice,
  Quote,
  Replay,
  SymbolSummary,
  SystemStatus,
  TradingSignal,
} from '../wire/types';
import { DemoSymbol, mulberry } from './demo-market';
import { demoAccuracy, demoHistory, demoStrategies } from './demo-strategies';

const names: Readonly<Record<string, number>> = {
  AAPL: 228.4,
  AMD: 141.2,
  AMZN: 202.6,
  'BRK.B': 471.9,
  'BTC-USD': 97_412,
  FLAT: 50,
  GOOG: 168.9,
  JPM: 243.1,
  META: 561.3,
  MSFT: 416.8,
  NFLX: 884.2,
  NVDA: 141.9,
  'OLD-AAPL': 31.2,
  TSLA: 342.7,
  XOM: 120.4,
};
const tickMs = 120;
const history = 900;

const demoDatasets: readonly Dataset[] = [
  { name: 'SPY', file: 'SPY.csv', bytes: 290_000 },
  { name: 'IBM', file: 'IBM.csv', bytes: 280_000 },
];

const demoReplay = (id: string, dataset: string, speed: number): Replay => ({
  id,
  dataset,
  speed,
  barsPerSecond: 0,
  state: 'running',
  position: 1_200,
  total: 5_849,
  refused: 0,
  badRows: 0,
  barTime: unixMs(Date.UTC(2002, 9, 9, 20)),
  error: null,
  note: null,
  waiting: null,
  warnings: [],
});

/** Random walks behind the same interfaces as the real backend; only for `npm run dev` and `?demo`. */
export function createDemoBackend(): Backend {
  const random = mulberry(7);
  const now = Date.now();
  const symbols = Object.entries(names).map(
    ([name, price]) =>
      new DemoSymbol(name, price, random, name.startsWith('OLD') ? 'replay-lean' : 'demo', name === 'FLAT'),
  );
  for (const symbol of symbols) for (let i = history; i > 0; i -= 1) symbol.next(now - i * 1_000);

  const watched = new Set<string>();
  const alerts: AlertRule[] = [
    { id: '0', kind: 'rsi-above', symbol: 'NVDA', threshold: 70, cooldownBars: 5 },
  ];
  let events: TransportEvents | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  let ticks = 0;
  let told = 0;

  function tick(): void {
    ticks += 1;
    const quotes: Quote[] = [];
    for (const symbol of symbols) {
      if (random() > 0.35) continue;
      const before = symbol.points.at(-1)?.n ?? 0;
      const known = symbol.signals.length;
      const point = symbol.next(Date.now() - Math.round(random() * 30));
      quotes.push({ ...summary(symbol), volume: point.volume, sentAt: unixMs(Date.now()) });
      if (watched.has(symbol.symbol))
        events?.message({ kind: 'points', symbol: symbol.symbol, previousN: before, points: [point] });
      const signals = symbol.signals.slice(known);
      if (signals.length > 0) {
        events?.message({ kind: 'signals', signals });
        events?.message({ kind: 'notifications', notifications: signals.map(toNotice) });
        told += signals.length;
      }
    }
    events?.message({ kind: 'quotes', quotes });
    if (ticks % 8 === 0) events?.message({ kind: 'summaries', summaries: symbols.map(summary) });
    if (ticks % 16 === 0) events?.message({ kind: 'status', status: status(now, told) });
    if (ticks % 20 === 0)
      events?.message({
        kind: 'marketEvents',
        events: [
          { kind: 'news_sentiment', symbol: 'AAPL', time: unixMs(Date.now()), detail: 'sentiment +0.42' },
        ],
      });
  }

  const replays: Replay[] = [];
  function changeReplay(id: string, change: Partial<Replay>): void {
    const at = replays.findIndex((replay) => replay.id === id);
    const replay = replays[at];
    if (replay !== undefined) replays[at] = { ...replay, ...change };
  }
  const find = (name: string): DemoSymbol | undefined => symbols.find((symbol) => symbol.symbol === name);
  const allSignals = (): TradingSignal[] =>
    symbols.flatMap((symbol) => symbol.signals).sort((a, b) => b.ingestedAt - a.ingestedAt);
  const after = (name: string, n: number): IndicatorPoint[] =>
    find(name)?.points.filter((point) => point.n > n) ?? [];

  return {
    transport: {
      connect: async (target) => {
        events = target;
        clearInterval(timer);
        timer = setInterval(tick, tickMs);
      },
      watch: async (name, fromN) => {
        watched.add(name);
        return after(name, fromN).slice(-1_000);
      },
      unwatch: async (name) => void watched.delete(name),
      close: async () => clearInterval(timer),
    },
    api: {
      symbols: async () => symbols.map(summary),
      points: async (name, fromN, limit) => after(name, fromN - 1).slice(0, limit),
      candles: async (name, interval, limit) => {
        const series = new CandleSeries(name, interval);
        series.apply(after(name, 0));
        return series.candles.slice(-limit);
      },
      signals: async ({ symbol, limit }) =>
        allSignals()
          .filter((signal) => symbol === undefined || signal.symbol === symbol)
          .slice(0, limit),
      notifications: async (limit) =>
        allSignals()
          .slice(0, Math.min(12, limit))
          .map((signal, i) => ({ ...toNotice(signal), read: i > 2 })),
      markRead: async () => undefined,
      alerts: async () => [...alerts],
      addAlert: async (alert) => void alerts.push({ ...alert, id: String(Date.now()), cooldownBars: 5 }),
      removeAlert: async (id) =>
        void alerts.splice(
          alerts.findIndex((alert) => alert.id === id),
          1,
        ),
      datasets: async () => [...demoDatasets],
      replays: async () => [...replays].reverse(),
      startReplay: async ({ dataset, speed }) =>
        void replays.push(demoReplay(String(replays.length), dataset, speed)),
      controlReplay: async (id, action) =>
        changeReplay(id, {
          state: action === 'resume' ? 'running' : action === 'pause' ? 'paused' : 'stopped',
        }),
      seekReplay: async (id, position) => changeReplay(id, { position }),
      setReplaySpeed: async (id, speed) => changeReplay(id, { speed }),
      backtests: {
        list: async () => [],
        start: () => Promise.reject(new Error('The demo has no backtests.')),
        find: () => Promise.reject(new Error('The demo has no backtests.')),
        end: async () => undefined,
        candles: async () => [],
        strategies: async () => ['rsi-recross', 'ema-cross', 'macd-cross'],
        settingsInForce: async () => ({}),
      },
      strategies: async () => demoStrategies(),
      saveStrategies: async (settings, version) => demoStrategies(settings, version + 1, Date.now() + 8_000),
      strategyHistory: async () => [...demoHistory],
      accuracy: async ({ symbol }) => demoAccuracy(symbol),
      status: async () => status(now, told),
    },
  };
}

function summary(symbol: DemoSymbol): SymbolSummary {
  const { points, signals } = symbol;
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) throw new Error('A demo symbol has history.');
  const change = last.close - first.open;
  const spread = (last.ema12 ?? 0) - (last.ema26 ?? 0);
  return {
    symbol: symbol.symbol,
    n: last.n,
    time: last.time,
    last: last.close,
    dayOpen: first.open,
    dayHigh: Math.max(...points.map((point) => point.high)),
    dayLow: Math.min(...points.map((point) => point.low)),
    change,
    changePercent: (change / first.open) * 100,
    volume: points.reduce((sum, point) => sum + point.volume, 0),
    vwap: last.vwap,
    volatility: 0.00082,
    maxDrawdown: 0.031,
    rsi14: last.rsi14,
    unchanged: last.unchanged,
    trend: spread === 0 ? 'flat' : spread > 0 ? 'up' : 'down',
    buySignals: signals.filter((signal) => signal.side === 'buy').length,
    sellSignals: signals.filter((signal) => signal.side === 'sell').length,
    lastSignal: signals.at(-1) ?? null,
    sparkline: points.slice(-32).map((point) => point.close),
    source: last.source,
    ingestedAt: last.ingestedAt,
  };
}

function toNotice(signal: TradingSignal): Notice {
  const mark = isReplay(signal.source) ? 'REPLAY ' : '';
  return {
    id: `signal:${signal.id}`,
    kind: 'signal',
    title: `${mark}${signal.side === 'buy' ? 'Buy' : 'Sell'} ${signal.symbol} at ${signal.price.toFixed(2)}`,
    text: signal.reasons.join(', '),
    time: signal.barTime,
    symbol: signal.symbol,
    side: signal.side,
    signalId: signal.id,
    ingestedAt: signal.ingestedAt,
    read: false,
    source: signal.source,
  };
}

function status(startedAt: number, told: number): SystemStatus {
  const apps = {
    gateway: 1,
    ingestion: 2,
    processing: 3,
    signals: 1,
    notification: 1,
    aggregator: 2,
    visualization: 1,
    dataset: 1,
  };
  return {
    time: unixMs(Date.now()),
    services: Object.entries(apps).map(([app, count]) => ({
      app,
      instances: Array.from({ length: count }, (_, i) => ({
        instance: `${app}-${i + 1}`,
        startedAt: unixMs(startedAt),
        lastSeen: unixMs(Date.now()),
        alive: true,
        actors: app === 'processing' || app === 'aggregator' ? [{ name: 'SymbolActor', value: 5 }] : [],
      })),
    })),
    rates: [
      { name: 'records', value: 44 },
      { name: 'bars', value: 44 },
      { name: 'points', value: 44 },
      { name: 'signals', value: told / 60 },
    ],
    latencyMs: { p50: 9, p95: 21, p99: 38 },
    rejectedTotal: 12,
    rejectedByField: [
      { name: 'high', value: 9 },
      { name: 'volume', value: 3 },
    ],
    rejectedReasons: ['high must not be below closing_price', 'volume must be zero or more'],
    ordering: [
      { name: 'sources', value: 8 },
      { name: 'repeats', value: 3 },
      { name: 'held', value: 41 },
      { name: 'refused', value: 0 },
    ],
    deadLetters: { total: 0, byTopic: [], recent: [] },
    connections: 1,
    components: [
      'pubsub (pubsub.redis)',
      'statestore (state.redis)',
      'history (state.redis)',
      'cache (state.redis)',
    ],
  };
}
