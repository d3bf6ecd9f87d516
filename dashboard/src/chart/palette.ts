/** The colours of the chart, taken from the page's style so that there is one place for them. */
export interface Palette {
  readonly background: string;
  readonly text: string;
  readonly grid: string;
  readonly border: string;
  readonly crosshair: string;
  readonly up: string;
  readonly down: string;
  readonly upVolume: string;
  readonly downVolume: string;
  readonly sma20: string;
  readonly sma50: string;
  readonly sma200: string;
  readonly ema12: string;
  readonly ema26: string;
  readonly bollinger: string;
  readonly rsi: string;
  readonly macd: string;
  readonly macdSignal: string;
  readonly level: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    background: read('surface'),
    text: read('text-dim'),
    grid: read('chart-grid'),
    border: read('line'),
    crosshair: read('chart-crosshair'),
    up: read('up'),
    down: read('down'),
    upVolume: read('up-soft'),
    downVolume: read('down-soft'),
    sma20: read('c-sma20'),
    sma50: read('c-sma50'),
    sma200: read('c-sma200'),
    ema12: read('c-ema12'),
    ema26: read('c-ema26'),
    bollinger: read('c-bollinger'),
    rsi: read('c-rsi'),
    macd: read('c-macd'),
    macdSignal: read('c-macd-signal'),
    level: read('chart-level'),
  };
}
