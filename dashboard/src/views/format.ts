import type { TickKind } from '../chart/price-chart';
import type { UnixMs } from '../wire/brand';
import type { Trend } from '../wire/types';

export type Zone = 'local' | 'utc';

/** As many closes in a row without movement as RSI looks at: its value means nothing then. */
export const noMovementAfter = 14;

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { ...options, ...(zone === 'utc' ? { timeZone: 'UTC' } : {}) });
    formats.set(key, format);
  }
  return format;
}

const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const day = { year: 'numeric', month: 'short', day: '2-digit' } as const;

export function formatTime(time: UnixMs, zone: Zone): string {
  return dateFormat(zone, clock).format(time);
}

/** The date of recorded data, in UTC: the time of day says little about a daily bar. */
export function formatDay(time: UnixMs): string {
  return dateFormat('utc', day).format(time);
}

/** Date and time with the zone's name. */
export function formatMoment(time: UnixMs, zone: Zone): string {
  return dateFormat(zone, { ...day, ...clock, timeZoneName: 'short' }).format(time);
}

export function formatTick(time: UnixMs, kind: TickKind, zone: Zone): string {
  switch (kind) {
    case 'year':
      return dateFormat(zone, { year: 'numeric' }).format(time);
    case 'month':
      return dateFormat(zone, { month: 'short', year: 'numeric' }).format(time);
    case 'day':
      return dateFormat(zone, { day: '2-digit', month: 'short' }).format(time);
    case 'time':
      return dateFormat(zone, { hour: '2-digit', minute: '2-digit' }).format(time);
    case 'seconds':
      return formatTime(time, zone);
    default:
      return kind satisfies never;
  }
}

export function zoneName(zone: Zone, at: number): string {
  const parts = dateFormat(zone, { timeZoneName: 'short' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
}

export function formatPrice(value: number): string {
  const digits = Math.abs(value) >= 1 ? 2 : Math.abs(value) >= 0.01 ? 4 : 6;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function formatSigned(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : (value > 0 ? '+' : '−') + text;
}

export function formatCompact(value: number): string {
  if (Math.abs(value) < 1_000)
    return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
  return value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 1 });
}

export function formatMs(value: number): string {
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(1)} s`;
}

/** "3 s", "2 min", "5 h", "3 d". */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** RSI in a word; a flat series is named as such, whatever the formula gives. */
export function rsiWord(rsi: number | null, unchanged: number): string {
  if (unchanged >= noMovementAfter) return 'no movement';
  if (rsi === null) return 'warming up';
  if (rsi >= 70) return 'overbought';
  if (rsi <= 30) return 'oversold';
  return 'neutral';
}

export const trendWords: Readonly<Record<Trend, { readonly arrow: string; readonly word: string }>> = {
  up: { arrow: '▲', word: 'rising' },
  down: { arrow: '▼', word: 'falling' },
  flat: { arrow: '▬', word: 'flat' },
  unknown: { arrow: '·', word: 'trend unknown' },
};
