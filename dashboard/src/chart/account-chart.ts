import type { IChartApi, ISeriesApi, ISeriesMarkersPluginApi, Time, UTCTimestamp } from 'lightweight-charts';
import {
  AreaSeries,
  CandlestickSeries,
  ColorType,
  LineSeries,
  PriceScaleMode,
  createChart,
  createSeriesMarkers,
} from 'lightweight-charts';
import type { UnixMs } from '../wire/brand';
import type { BacktestCandle, BacktestSeries, Trade } from '../wire/backtests';
import { ChartTimes } from './chart-time';
import type { Palette } from './palette';

type FormatTime = (time: UnixMs) => string;

/** The account against buying and holding, on a logarithmic scale, and below it how far each is under its high. */
export class AccountChart {
  private readonly chart: IChartApi;
  private readonly equity: ISeriesApi<'Line'>;
  private readonly held: ISeriesApi<'Line'>;
  private readonly drawdown: ISeriesApi<'Area'>;
  private readonly heldDrawdown: ISeriesApi<'Line'>;
  private readonly times = new ChartTimes();

  constructor(container: HTMLElement, palette: Palette, formatTime: FormatTime) {
    this.chart = createChart(container, { autoSize: true, ...options(palette, this.times, formatTime) });
    const quiet = { priceLineVisible: false, lastValueVisible: true, lineWidth: 2 } as const;
    this.held = this.chart.addSeries(LineSeries, { ...quiet, lineStyle: 2 });
    this.equity = this.chart.addSeries(LineSeries, quiet);
    this.equity.priceScale().applyOptions({ mode: PriceScaleMode.Logarithmic });
    const percent = {
      priceFormat: { type: 'custom', formatter: (share: number) => `${Math.round(-share * 100)} %` },
    } as const;
    this.heldDrawdown = this.chart.addSeries(LineSeries, { ...quiet, ...percent, lineStyle: 2 }, 1);
    this.drawdown = this.chart.addSeries(AreaSeries, { ...quiet, ...percent, invertFilledArea: true }, 1);
    this.drawdown.priceScale().applyOptions({ mode: PriceScaleMode.Normal });
    this.chart.panes()[0]?.setStretchFactor(2);
    this.chart.panes()[1]?.setStretchFactor(1);
    this.setPalette(palette);
  }

  show(series: BacktestSeries): void {
    this.times.clear();
    const at = series.time.map((time) => Number(this.times.append(time)) as UTCTimestamp);
    const column = (values: readonly number[], sign: 1 | -1): { time: UTCTimestamp; value: number }[] =>
      at.map((time, i) => ({ time, value: sign * (values[i] ?? 0) }));
    this.equity.setData(column(series.equity, 1));
    this.held.setData(column(series.held, 1));
    this.drawdown.setData(column(series.drawdown, -1));
    this.heldDrawdown.setData(column(series.heldDrawdown, -1));
    this.chart.timeScale().fitContent();
  }

  setPalette(palette: Palette): void {
    this.chart.applyOptions(colours(palette));
    this.equity.applyOptions({ color: palette.macd });
    this.held.applyOptions({ color: palette.macdSignal });
    this.heldDrawdown.applyOptions({ color: palette.macdSignal });
    this.drawdown.applyOptions({
      lineColor: palette.macd,
      topColor: 'transparent',
      bottomColor: palette.downVolume,
    });
  }

  dispose(): void {
    this.chart.remove();
  }
}

/** The bars a backtest ran over, with the entries and exits of its trades. */
export class TradeChart {
  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<'Candlestick'>;
  private readonly markers: ISeriesMarkersPluginApi<Time>;
  private readonly times = new ChartTimes();
  private bars: readonly BacktestCandle[] = [];
  private trades: readonly Trade[] = [];

  constructor(
    container: HTMLElement,
    private palette: Palette,
    formatTime: FormatTime,
  ) {
    this.chart = createChart(container, { autoSize: true, ...options(palette, this.times, formatTime) });
    this.candles = this.chart.addSeries(CandlestickSeries, { priceLineVisible: false });
    this.candles.priceScale().applyOptions({ mode: PriceScaleMode.Logarithmic });
    this.markers = createSeriesMarkers(this.candles, []);
    this.setPalette(palette);
  }

  show(bars: readonly BacktestCandle[], trades: readonly Trade[]): void {
    this.bars = bars;
    this.trades = trades;
    this.times.clear();
    this.candles.setData(
      bars.map(({ time, open, high, low, close }) => ({
        time: Number(this.times.append(time)) as UTCTimestamp,
        open,
        high,
        low,
        close,
      })),
    );
    this.mark();
    this.chart.timeScale().fitContent();
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    const { up, down } = palette;
    this.chart.applyOptions(colours(palette));
    this.candles.applyOptions({
      upColor: up,
      downColor: down,
      borderUpColor: up,
      borderDownColor: down,
      wickUpColor: up,
      wickDownColor: down,
    });
    this.mark();
  }

  dispose(): void {
    this.chart.remove();
  }

  private mark(): void {
    const marks = tradeMarks(this.bars, this.trades);
    // Many words would cover each other; then the shapes say it alone.
    const hasWords = marks.length <= 40;
    this.markers.setMarkers(
      marks.map(({ index, isBuy, words }) => ({
        time: Number(this.times.at(index)) as UTCTimestamp,
        position: isBuy ? 'belowBar' : 'aboveBar',
        shape: isBuy ? 'arrowUp' : 'arrowDown',
        color: isBuy ? this.palette.up : this.palette.down,
        text: hasWords ? words : '',
        size: 1,
      })),
    );
  }
}

export interface TradeMark {
  readonly index: number;
  readonly isBuy: boolean;
  readonly words: string;
}

/** Where the fills of trades lie among candles that may hold several bars each, from left to right. */
export function tradeMarks(bars: readonly BacktestCandle[], trades: readonly Trade[]): TradeMark[] {
  const indexOf = (n: number): number => bars.findIndex((bar) => n >= bar.n && n < bar.n + bar.bars);
  const marks: TradeMark[] = [];
  for (const trade of trades) {
    const entry = indexOf(trade.entryN);
    if (entry >= 0)
      marks.push({
        index: entry,
        isBuy: trade.side === 'buy',
        words: trade.side === 'buy' ? 'Buy' : 'Short',
      });
    const exit = trade.exitN === null ? -1 : indexOf(trade.exitN);
    if (exit >= 0)
      marks.push({
        index: exit,
        isBuy: trade.side === 'sell',
        words: trade.side === 'buy' ? 'Sell' : 'Cover',
      });
  }
  return marks.sort((a, b) => a.index - b.index);
}

function options(
  palette: Palette,
  times: ChartTimes,
  formatTime: FormatTime,
): Parameters<IChartApi['applyOptions']>[0] {
  return {
    ...colours(palette),
    timeScale: { borderColor: palette.border, timeVisible: true, minBarSpacing: 0.2 },
    localization: { timeFormatter: (time: Time) => formatTime(times.realOf(Number(time))) },
  };
}

function colours(palette: Palette): Parameters<IChartApi['applyOptions']>[0] {
  return {
    layout: {
      background: { type: ColorType.Solid, color: palette.background },
      textColor: palette.text,
      fontSize: 11,
      panes: { separatorColor: palette.border },
    },
    grid: { vertLines: { color: palette.grid }, horzLines: { color: palette.grid } },
    rightPriceScale: { borderColor: palette.border, minimumWidth: 64 },
    timeScale: { borderColor: palette.border },
  };
}
