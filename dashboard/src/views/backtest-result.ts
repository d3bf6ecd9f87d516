import { AccountChart, TradeChart } from '../chart/account-chart';
import { readPalette } from '../chart/palette';
import { backtestPath } from '../wire/backtest-api';
import type { Backtest, BacktestCandle, BacktestRun, Trade } from '../wire/backtests';
import { accountTable, moneyTable, signalTable, tradeFigures, tradeTable } from './backtest-tables';
import type { View } from './dom';
import { h } from './dom';
import { formatDay } from './format';

/** What the result needs of the world. */
export interface ResultBackend {
  candles(id: string, symbol: string, from: number, to: number): Promise<BacktestCandle[]>;
}

export interface ResultView extends View {
  /** Shows a completed backtest and one of its runs with its series; null shows nothing. */
  show(backtest: Backtest | null, run: BacktestRun | null): void;
  repaint(): void;
}

const everything = Number.MAX_SAFE_INTEGER;
const barsAroundATrade = 60;

/** The figures of a backtest as tables, and of the chosen run account, drawdown, bars and trades. */
export function createBacktestResult(
  backend: ResultBackend,
  choose: (run: BacktestRun) => void,
  fail: (error: unknown) => void,
): ResultView {
  const title = h('h3', { tabindex: -1 });
  const money = h('div');
  const account = h('div', {
    class: 'backtest-chart',
    role: 'img',
    'aria-label':
      'Account against buying and holding, and below it how far each is under its high. The same as a table below.',
  });
  const bars = h('div', {
    class: 'backtest-chart',
    role: 'img',
    'aria-label': 'Bars with the entries and exits of the trades. The same as a table below.',
  });
  const legend = h('p', { class: 'backtest-legend dim' }, [
    h('span', { class: 'key-account' }, ['account']),
    h('span', { class: 'key-held' }, ['buy and hold (dashed)']),
    'logarithmic; below: distance from the earlier high',
  ]);
  const all = h('button', { type: 'button' }, ['All bars'], {
    onclick: () => void showBars(1, everything),
  });
  const barsNote = h('span', { class: 'dim', role: 'status' });
  const downloads = h('p', { class: 'backtest-downloads' });
  const signals = h('div');
  const trades = h('div');
  const numbers = h('details', {}, [h('summary', {}, ['The account as a table']), h('div')]);
  const detail = h('div', { class: 'backtest-detail' }, [
    title,
    downloads,
    signals,
    legend,
    account,
    numbers,
    h('p', { class: 'backtest-bars-head' }, [all, barsNote]),
    bars,
    trades,
  ]);
  const element = h('section', { class: 'backtest-result', 'aria-label': 'Result' }, [
    h('p', { class: 'dim' }, [
      'A hit rate whose interval holds the base rate shows nothing. Past figures promise nothing.',
    ]),
    money,
    detail,
  ]);
  element.hidden = true;
  let shown: { readonly backtest: Backtest; readonly run: BacktestRun } | null = null;
  let charts: { readonly account: AccountChart; readonly trades: TradeChart } | null = null;

  function chartsOf(): NonNullable<typeof charts> {
    charts ??= {
      account: new AccountChart(account, readPalette(element), formatDay),
      trades: new TradeChart(bars, readPalette(element), formatDay),
    };
    return charts;
  }

  async function showBars(from: number, to: number): Promise<void> {
    if (shown === null) return;
    const { backtest, run } = shown;
    try {
      const candles = await backend.candles(backtest.id, run.symbol, Math.max(1, from), to);
      if (shown?.run !== run) return;
      const most = Math.max(...candles.map((candle) => candle.bars), 1);
      barsNote.textContent = `${run.symbol}, ${most > 1 ? `${most} bars a candle` : 'every bar'}`;
      chartsOf().trades.show(candles, run.series?.trades ?? []);
    } catch (error) {
      fail(error);
    }
  }

  function showTrade(trade: Trade): void {
    void showBars(
      trade.entryN - barsAroundATrade,
      (trade.exitN ?? trade.entryN + trade.bars) + barsAroundATrade,
    );
    bars.scrollIntoView({ block: 'center' });
  }

  function paintDownloads(backtest: Backtest, run: BacktestRun): void {
    const query = new URLSearchParams({ symbol: run.symbol, strategy: run.strategy }).toString();
    const path = backtestPath(backtest.id);
    downloads.replaceChildren(
      'Everything of this run: ',
      h('a', { href: `${path}/trades.csv?${query}`, download: '' }, ['trades.csv']),
      ' ',
      h('a', { href: `${path}/equity.csv?${query}`, download: '' }, ['equity.csv']),
      ' ',
      h('a', { href: `${path}?${query}&full=true`, download: `backtest-${backtest.id}.json` }, [
        'result.json',
      ]),
    );
  }

  return {
    element,
    show: (backtest, run) => {
      element.hidden = backtest === null;
      shown = backtest === null || run === null ? null : { backtest, run };
      detail.hidden = shown === null;
      if (backtest === null) return;
      money.replaceChildren(moneyTable(backtest.results, run, choose));
      if (run === null) return;
      title.textContent = `${run.symbol} · ${run.strategy}`;
      paintDownloads(backtest, run);
      signals.replaceChildren(signalTable(backtest, run), tradeFigures(run));
      if (run.series !== null) chartsOf().account.show(run.series);
      numbers.lastElementChild?.replaceChildren(accountTable(run) ?? '');
      trades.replaceChildren(tradeTable(run, showTrade) ?? '');
      void showBars(1, everything);
    },
    repaint: () => {
      charts?.account.setPalette(readPalette(element));
      charts?.trades.setPalette(readPalette(element));
    },
    dispose: () => {
      charts?.account.dispose();
      charts?.trades.dispose();
      element.remove();
    },
  };
}
