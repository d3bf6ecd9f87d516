import type { OverlayId } from '../store/preferences';
import type { IndicatorName, IndicatorPoint } from '../wire/types';

interface OverlayInfo {
  readonly label: string;
  /** The value that appears last. */
  readonly value: IndicatorName;
  /** Bars until that value appears. */
  readonly bars: number;
}

export const overlayInfo: Readonly<Record<OverlayId, OverlayInfo>> = {
  sma20: { label: 'SMA 20', value: 'sma20', bars: 20 },
  sma50: { label: 'SMA 50', value: 'sma50', bars: 50 },
  sma200: { label: 'SMA 200', value: 'sma200', bars: 200 },
  ema12: { label: 'EMA 12', value: 'ema12', bars: 12 },
  ema26: { label: 'EMA 26', value: 'ema26', bars: 26 },
  bollinger: { label: 'Bollinger', value: 'bbUpper', bars: 20 },
  rsi: { label: 'RSI', value: 'rsi14', bars: 15 },
  macd: { label: 'MACD', value: 'macdSignal', bars: 34 },
};

/** "RSI ready after 9 more bars", or null when the value is there. */
export function warmUpText(overlay: OverlayId, last: IndicatorPoint | undefined): string | null {
  const { label, value, bars } = overlayInfo[overlay];
  if (last !== undefined && last[value] !== null) return null;
  const missing = Math.max(1, bars - (last?.n ?? 0));
  return `${label} ready after ${missing} more ${missing === 1 ? 'bar' : 'bars'}`;
}
