import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tradeMarks } from '../src/chart/account-chart';
import { createBacktestDialog } from '../src/views/backtest-dialog';
import { percent, stateWords, verdict, withInterval } from '../src/views/backtest-format';
import type { Send } from '../src/wire/backtest-api';
import { createBacktestApi } from '../src/wire/backtest-api';
import { decodeBacktest, decodeBacktestCandle } from '../src/wire/backtests';

// jsdom draws nothing: the charts are looked at in a real browser by the end-to-end tests.
vi.mock(import('../src/chart/account-chart'), async (original) => {
  class Silent {
    show = (): void => undefined;
    setPalette = (): void => undefined;
    dispose = (): void => undefined;
  }
  const { tradeMarks } = await original();
  return { tradeMarks, AccountChart: Silent, TradeChart: Silent } as unknown as Awaited<
    ReturnType<typeof original>
  >;
});

const hits = {
  n: 57,
  hits: 35,
  hitRate: 0.614,
  low: 0.484,
  high: 0.729,
  baseRate: 0.617,
  meanReturn: 0.01,
  medianReturn: 0.012,
  randomAtLeast: 0.578,
};
const money = {
  totalReturn: 0.5,
  annualReturn: 0.02,
  maxDrawdown: 0.3,
  drawdownBars: 900,
  sharpe: 0.3,
  sortino: 0.4,
};
const trade = (entryN: number, exitN: number | null, side = 'buy'): object => ({
  side,
  signalN: entryN - 1,
  entryN,
  entryTime: entryN * 86_400_000,
  entryPrice: 100,
  exitN,
  exitTime: exitN === null ? null : exitN * 86_400_000,
  exitPrice: 110,
  return: 0.1,
  bars: 3,
});

const run = (strategy: string, more: object = {}): object => ({
  symbol: 'SPY',
  strategy,
  bars: 5849,
  formingBars: 0,
  from: 0,
  to: 86_400_000,
  barsPerYear: 252,
  signalCount: 162,
  forward: [{ horizon: 20, all: hits, buys: hits, sells: { ...hits, hitRate: null, n: 0 } }],
  tradeStats: {
    closed: 19,
    open: 1,
    wins: 15,
    winRate: 0.789,
    winRateLow: 0.567,
    winRateHigh: 0.915,
    profitFactor: 3.06,
    expectancy: 0.0388,
    payoff: null,
    meanBars: 120,
  },
  equity: money,
  buyAndHold: money,
  exposure: 0.4,
  turnover: 1.5,
  ruined: false,
  series: {
    time: [0, 86_400_000],
    equity: [10_000, 15_000],
    held: [10_000, 12_000],
    drawdown: [0, 0],
    heldDrawdown: [0, 0.1],
    points: 2,
    trades: [trade(3, 6)],
    tradeCount: 1,
  },
  ...more,
});

const backtest = (more: object = {}): object => ({
  id: 'b1',
  state: 'completed',
  request: { dataset: 'SPY', strategies: null, symbols: null, commissionBps: 1, slippageBps: 2, short: null },
  createdAt: 1_700_000_000_000,
  startedAt: null,
  endedAt: null,
  attempts: 1,
  done: 2,
  total: 2,
  badRows: 0,
  badRowReasons: [],
  warnings: [],
  error: null,
  results: [],
  ...more,
});

const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
};

function open(answers: (path: string) => unknown) {
  const get = vi.fn(async (path: string) => answers(path));
  const send = vi.fn<Send>(async () => ({ id: 'b1' }));
  const view = createBacktestDialog({
    backtests: createBacktestApi(get, send, () => undefined),
    datasets: async () => [
      { name: 'IBM', file: 'IBM.csv', bytes: 1 },
      { name: 'SPY', file: 'SPY.csv', bytes: 2 },
    ],
  });
  document.body.append(view.element);
  return { get, send, view };
}

const twoRuns = (path: string): unknown => {
  if (path === '/api/backtests/strategies') return ['rsi-recross', 'ema-cross'];
  if (path === '/api/strategies') return { version: 3 };
  if (path === '/api/backtests') return [backtest()];
  if (path.includes('/candles')) return [];
  return backtest({ results: [run('rsi-recross'), run('ema-cross')] });
};

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, '', '#SPY/bars');
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.setAttribute('open', '');
  };
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe('backtest dialog', () => {
  it('sends what the form says and shows the result when it is there', async () => {
    const { send, view } = open(twoRuns);
    view.open();
    await settle();
    const [dataset] = view.element.querySelectorAll('select');
    const [symbols] = view.element.querySelectorAll<HTMLInputElement>('form.alert-form input[type=text]');
    const boxes = [...view.element.querySelectorAll<HTMLInputElement>('.backtest-strategies input')];
    if (dataset && symbols && boxes[1])
      [dataset.value, symbols.value, boxes[1].checked] = ['SPY', 'spy', false];

    view.element.querySelector('form.alert-form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();

    expect(send).toHaveBeenCalledWith('POST', '/api/backtests', {
      dataset: 'SPY',
      commissionBps: 1,
      slippageBps: 2,
      short: false,
      symbols: ['SPY'],
      strategies: ['rsi-recross'],
    });
    expect(view.element.querySelectorAll('[data-testid=backtest-run]')).toHaveLength(2);
    expect(view.element.textContent).toContain('61.4 % (48.4 to 72.9)');
    expect(view.element.textContent).toContain('57.8 %');
    expect(location.hash).toBe('#backtest/b1/SPY/rsi-recross');
  });

  it('sends the parameters in force when that is wanted', async () => {
    const { send, view } = open(twoRuns);
    view.open();
    await settle();
    const checks = [...view.element.querySelectorAll<HTMLInputElement>('.backtest-form > .check input')];
    for (const check of checks) check.checked = true;

    view.element.querySelector('form.alert-form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();

    expect(send.mock.calls[0]?.[2]).toMatchObject({ short: true, settings: { version: 3 } });
  });

  it('opens what a link names, and asks for the series of that run where they are many', async () => {
    const { get, view } = open((path) =>
      path.includes('strategy=ema-cross')
        ? backtest({ results: [run('ema-cross')] })
        : path === '/api/backtests/b1'
          ? backtest({ results: [run('rsi-recross', { series: null }), run('ema-cross', { series: null })] })
          : twoRuns(path),
    );

    expect(view.openLink('#SPY/bars')).toBe(false);
    expect(view.openLink('#backtest/../x')).toBe(false);
    expect(view.openLink('#backtest/b1/SPY/ema-cross')).toBe(true);
    await settle();

    expect(get).toHaveBeenCalledWith('/api/backtests/b1?symbol=SPY&strategy=ema-cross');
    expect(view.element.querySelector('h3')?.textContent).toBe('SPY · ema-cross');
    expect(view.element.querySelectorAll('[data-testid=backtest-run]')).toHaveLength(2);
  });

  it('shows progress and lets it be called off', async () => {
    const { send, view } = open((path) =>
      path === '/api/backtests' ? [backtest({ state: 'running', done: 3, total: 12 })] : twoRuns(path),
    );
    view.open();
    await settle();
    const row = view.element.querySelector('[data-testid=backtest-row]');
    const buttons = [...(row?.querySelectorAll('button') ?? [])].filter((button) => !button.hidden);

    expect(row?.querySelector('progress')?.value).toBe(0.25);
    expect(buttons.map((button) => button.textContent)).toEqual(['Cancel']);
    buttons[0]?.click();
    await settle();
    expect(send).toHaveBeenCalledWith('DELETE', '/api/backtests/b1');
  });

  it('says why one failed', async () => {
    const { view } = open((path) =>
      path === '/api/backtests' ? [backtest({ state: 'failed', error: 'No row is a bar.' })] : twoRuns(path),
    );
    view.open();
    await settle();
    view.element.querySelector('form.alert-form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();

    expect(view.element.querySelector('.form-note')?.textContent).toBe('No row is a bar.');
    expect(view.element.querySelector<HTMLElement>('.backtest-result')?.hidden).toBe(true);
  });

  it('gives the address back when it closes and asks no more after its end', async () => {
    const { get, view } = open(twoRuns);
    view.open();
    await settle();
    view.element.querySelector<HTMLButtonElement>('[data-testid=backtest-row] button')?.click();
    await settle();
    expect(location.hash).toBe('#backtest/b1/SPY/rsi-recross');

    view.element.dispatchEvent(new Event('close'));
    view.dispose();
    const before = get.mock.calls.length;
    await vi.advanceTimersByTimeAsync(3_000);

    expect(location.hash).toBe('#SPY/bars');
    expect(get.mock.calls.length).toBe(before);
  });
});

describe('backtest words', () => {
  it('never shows a bare percentage', () => {
    expect(withInterval(0.614, 0.484, 0.729)).toBe('61.4 % (48.4 to 72.9)');
    expect([percent(-0.05), percent(null)]).toEqual(['−5.0 %', '–']);
  });

  it('says what an interval says about its base rate', () => {
    const stats = decodeBacktest(backtest({ results: [run('a')] })).results[0]?.forward[0]?.buys;
    if (stats === undefined) throw new Error('no stats');
    expect(verdict(stats)).toBe('shows nothing');
    expect(verdict({ ...stats, baseRate: 0.4 })).toBe('above the base rate');
    expect(verdict({ ...stats, baseRate: 0.9 })).toBe('below the base rate');
    expect(verdict({ ...stats, hitRate: null })).toBe('no signals');
  });

  it('tells the states apart', () => {
    const words = (more: object): string => stateWords(decodeBacktest(backtest(more)));
    expect(words({ state: 'queued' })).toBe('waits for its turn');
    expect(words({ state: 'running', total: 0 })).toBe('reads the data');
    expect(words({ state: 'failed', error: 'why' })).toBe('why');
    expect(words({ state: 'cancelled' })).toBe('called off');
  });
});

describe('trade marks', () => {
  it('lie on the candle that holds the bar', () => {
    const bars = [1, 6, 11].map((n) =>
      decodeBacktestCandle({ n, bars: 5, time: n * 86_400_000, open: 1, high: 2, low: 1, close: 2 }),
    );
    const { trades } = decodeBacktest(
      backtest({
        results: [
          run('a', {
            series: {
              time: [],
              equity: [],
              held: [],
              drawdown: [],
              heldDrawdown: [],
              points: 0,
              trades: [trade(3, 10), trade(10, null, 'sell'), trade(40, null)],
              tradeCount: 3,
            },
          }),
        ],
      }),
    ).results[0]?.series ?? { trades: [] };

    expect(tradeMarks(bars, trades).map(({ index, words }) => `${index} ${words}`)).toEqual([
      '0 Buy',
      '1 Sell',
      '1 Short',
    ]);
  });
});
