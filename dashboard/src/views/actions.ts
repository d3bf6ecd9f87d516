import type { ChartMode, OverlayId } from '../store/preferences';
import type { TradingSignal } from '../wire/types';

/** What a view may ask for; the views know no transport. */
export interface Actions {
  select(symbol: string): void;
  jump(signal: Pick<TradingSignal, 'symbol' | 'n'> & { readonly id: string | null }): void;
  setMode(mode: ChartMode): void;
  toggleOverlay(overlay: OverlayId): void;
  loadOlder(): void;
  markRead(ids: readonly string[]): void;
  toggleDrawer(open?: boolean): void;
  cycleTheme(): void;
  openHelp(): void;
  openSettings(): void;
  openAlerts(): void;
  openReplays(): void;
  openBacktests(): void;
  openStrategies(): void;
  openAccuracy(): void;
  retryConnection(): void;
  retrySymbols(): void;
  retrySeries(): void;
  retrySignals(): void;
}
