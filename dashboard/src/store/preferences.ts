import type { Interval } from '../wire/types';
import { intervals } from '../wire/types';

export type ChartMode = 'bars' | Interval;
export const chartModes: readonly ChartMode[] = ['bars', ...intervals];

export const overlayIds = ['sma20', 'sma50', 'sma200', 'ema12', 'ema26', 'bollinger', 'rsi', 'macd'] as const;
export type OverlayId = (typeof overlayIds)[number];

export const sortKeys = ['symbol', 'change', 'rsi', 'last', 'age'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface Preferences {
  readonly theme: 'system' | 'dark' | 'light';
  readonly palette: 'green-red' | 'blue-orange';
  readonly zone: 'local' | 'utc';
  readonly overlays: readonly OverlayId[];
  readonly mode: ChartMode;
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly toasts: boolean;
  readonly statusOpen: boolean;
}

export const defaultPreferences: Preferences = {
  theme: 'system',
  palette: 'green-red',
  zone: 'local',
  overlays: ['sma20', 'sma50', 'bollinger', 'rsi', 'macd'],
  mode: 'bars',
  sort: 'symbol',
  descending: false,
  toasts: true,
  statusOpen: false,
};

const key = 'daprtrading.dashboard';

/** Reads what was remembered; anything unusable falls back to its default. */
export function loadPreferences(storage: Pick<Storage, 'getItem'>): Preferences {
  try {
    return sanitize(JSON.parse(storage.getItem(key) ?? '{}') as unknown);
  } catch {
    return defaultPreferences;
  }
}

/** Remembers as far as the browser lets us; private windows may refuse. */
export function savePreferences(storage: Pick<Storage, 'setItem'>, preferences: Preferences): void {
  try {
    storage.setItem(key, JSON.stringify(preferences));
  } catch {
    // Nothing is lost but the memory of a setting.
  }
}

function sanitize(value: unknown): Preferences {
  if (typeof value !== 'object' || value === null) return defaultPreferences;
  const from = value as Record<string, unknown>;
  const d = defaultPreferences;
  const overlays = from['overlays'];
  return {
    theme: pick(from['theme'], ['system', 'dark', 'light'], d.theme),
    palette: pick(from['palette'], ['green-red', 'blue-orange'], d.palette),
    zone: pick(from['zone'], ['local', 'utc'], d.zone),
    overlays: Array.isArray(overlays) ? overlayIds.filter((id) => overlays.includes(id)) : d.overlays,
    mode: pick(from['mode'], chartModes, d.mode),
    sort: pick(from['sort'], sortKeys, d.sort),
    descending: from['descending'] === true,
    toasts: from['toasts'] !== false,
    statusOpen: from['statusOpen'] === true,
  };
}

function pick<T extends string>(value: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.find((candidate) => candidate === value) ?? fallback;
}
