declare const brand: unique symbol;

/** A primitive that cannot be mixed up with another of the same kind. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Unix milliseconds, UTC. */
export type UnixMs = Branded<number, 'UnixMs'>;

/** Seconds on the chart's axis: strictly ascending, near the real time but not always equal to it. */
export type ChartSeconds = Branded<number, 'ChartSeconds'>;

export const unixMs = (value: number): UnixMs => value as UnixMs;
