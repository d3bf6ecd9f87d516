import type { Backtest, BacktestRun, EquityStats, HitStats, Trade } from '../wire/backtests';
import { assumptions, decimal, percent, verdict, withInterval } from './backtest-format';
import { h } from './dom';
import { formatDay, formatPrice } from './format';

/** A table with a caption; the first column names the row. */
function table(caption: string, head: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  return h(
    'div',
    { class: 'bars-table backtest-table', tabindex: 0, role: 'region', 'aria-label': caption },
    [
      h('table', {}, [
        h('caption', {}, [caption]),
        h('thead', {}, [
          h(
            'tr',
            {},
            head.map((text) => h('th', { scope: 'col' }, [text])),
          ),
        ]),
        h('tbody', {}, rows),
      ]),
    ],
  );
}

function row(
  name: Node | string,
  cells: readonly string[],
  attributes: { class?: string } = {},
): HTMLElement {
  return h('tr', attributes, [
    h('th', { scope: 'row' }, [name]),
    ...cells.map((text) => h('td', {}, [text])),
  ]);
}

/** The money of every run against buying and holding; a click chooses the run. */
export function moneyTable(
  runs: readonly BacktestRun[],
  chosen: BacktestRun | null,
  choose: (run: BacktestRun) => void,
): HTMLElement {
  const cells = (stats: EquityStats): string[] => [
    percent(stats.totalReturn),
    percent(stats.annualReturn),
    `${percent(stats.maxDrawdown)} · ${stats.drawdownBars.toLocaleString('en-US')} bars`,
    decimal(stats.sharpe),
    decimal(stats.sortino),
  ];
  const rows: HTMLElement[] = [];
  for (const [i, run] of runs.entries()) {
    const button = h(
      'button',
      {
        type: 'button',
        class: 'link',
        'aria-pressed': String(run === chosen),
        'data-testid': 'backtest-run',
      },
      [`${run.symbol} ${run.strategy}`],
      { onclick: () => choose(run) },
    );
    rows.push(
      row(
        button,
        [
          ...cells(run.equity),
          percent(run.exposure),
          decimal(run.turnover),
          run.ruined ? 'lost everything' : '',
        ],
        run === chosen ? { class: 'chosen' } : {},
      ),
    );
    if (runs[i + 1]?.symbol !== run.symbol)
      rows.push(
        row(`${run.symbol} buy and hold`, [...cells(run.buyAndHold), '100.0 %', '', ''], { class: 'held' }),
      );
  }
  return table(
    'Money against buying and holding: choose a run to see it below',
    [
      'Run',
      'In all',
      'A year',
      'Deepest fall · longest',
      'Sharpe',
      'Sortino',
      'Exposure',
      'Turnover a year',
      '',
    ],
    rows,
  );
}

/** What followed the signals of a run. Hit rates stand beside interval and base rate, never alone. */
export function signalTable(backtest: Backtest, run: BacktestRun): HTMLElement {
  const rows = run.forward.flatMap(({ horizon, buys, sells }) =>
    (
      [
        ['buys', buys],
        ['sells', sells],
      ] as const
    ).map(([side, stats]) => row(`${side}, ${horizon} bars on`, hits(stats))),
  );
  return table(
    `Signals and what followed, after costs. ${assumptions(backtest, run)}`,
    ['Signals', 'n', 'Hit rate (95 %)', 'Base rate', 'Random dates as good', 'Says', 'Mean', 'Median'],
    rows,
  );
}

function hits(stats: HitStats): string[] {
  return [
    String(stats.n),
    withInterval(stats.hitRate, stats.low, stats.high),
    percent(stats.baseRate),
    percent(stats.randomAtLeast),
    verdict(stats),
    percent(stats.meanReturn, 2),
    percent(stats.medianReturn, 2),
  ];
}

/** The trades of a run in figures. */
export function tradeFigures(run: BacktestRun): HTMLElement {
  const { tradeStats: stats } = run;
  const facts: readonly (readonly [string, string])[] = [
    ['Closed trades', String(stats.closed) + (stats.open > 0 ? `, ${stats.open} open` : '')],
    ['Won (95 %)', withInterval(stats.winRate, stats.winRateLow, stats.winRateHigh)],
    ['Profit factor', decimal(stats.profitFactor)],
    ['Expectancy', percent(stats.expectancy, 2)],
    ['Payoff', decimal(stats.payoff)],
    ['Bars held', decimal(stats.meanBars)],
  ];
  return h(
    'dl',
    { class: 'facts' },
    facts.map(([name, value]) => h('div', {}, [h('dt', {}, [name]), h('dd', {}, [value])])),
  );
}

/** The newest trades; a click shows one on the chart. */
export function tradeTable(run: BacktestRun, show: (trade: Trade) => void): HTMLElement | null {
  const { series } = run;
  if (series === null) return null;
  const rows = [...series.trades].reverse().map((trade) => {
    const day = h('button', { type: 'button', class: 'link' }, [formatDay(trade.entryTime)], {
      onclick: () => show(trade),
    });
    return row(day, [
      trade.side === 'buy' ? '▲ long' : '▼ short',
      formatPrice(trade.entryPrice),
      trade.exitTime === null ? 'open' : formatDay(trade.exitTime),
      formatPrice(trade.exitPrice),
      percent(trade.return, 2),
      String(trade.bars),
    ]);
  });
  const shown = series.trades.length < series.tradeCount ? `the newest ${series.trades.length} of ` : '';
  return table(
    `Trades, newest first: ${shown}${series.tradeCount}. Choose an entry to see it on the chart.`,
    ['Entry', 'Side', 'Price', 'Exit', 'Price', 'Return', 'Bars'],
    rows,
  );
}

/** What the account chart draws, as numbers. */
export function accountTable(run: BacktestRun): HTMLElement | null {
  const { series } = run;
  if (series === null) return null;
  const step = Math.max(1, Math.ceil(series.time.length / 60));
  const rows = series.time.flatMap((time, i) =>
    i % step !== 0 && i !== series.time.length - 1
      ? []
      : [
          row(formatDay(time), [
            formatPrice(series.equity[i] ?? 0),
            formatPrice(series.held[i] ?? 0),
            percent(series.drawdown[i] ?? null),
            percent(series.heldDrawdown[i] ?? null),
          ]),
        ],
  );
  return table(
    'The account over time',
    ['Day', 'Account', 'Buy and hold', 'Account below its high', 'Buy and hold below its high'],
    rows,
  );
}
