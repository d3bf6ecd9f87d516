import type { HubMessage, IndicatorPoint } from './types';

/** What a transport tells its owner. */
export interface TransportEvents {
  message(message: HubMessage): void;
  /** The connection ended, by whatever cause; `connect` may be called again. */
  closed(): void;
  malformed(error: Error): void;
}

/** The live connection to the backend. Knows neither the store nor retries. */
export interface Transport {
  /** Resolves when connected; rejects when it could not. */
  connect(events: TransportEvents): Promise<void>;
  /** The points after `fromN` the server has; later ones come as messages. */
  watch(symbol: string, fromN: number): Promise<readonly IndicatorPoint[]>;
  unwatch(symbol: string): Promise<void>;
  close(): Promise<void>;
}
