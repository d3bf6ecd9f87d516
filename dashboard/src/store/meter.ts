/** Numbers of the last few seconds, bounded: a rate and percentiles. */
export class Meter {
  private samples: { readonly at: number; readonly value: number }[] = [];

  constructor(
    private readonly windowMs: number,
    private readonly limit = 2_000,
  ) {}

  add(at: number, value: number): void {
    this.samples.push({ at, value });
    if (this.samples.length > this.limit) this.samples = this.samples.slice(-Math.ceil(this.limit / 2));
  }

  /** Sum of the values per second of the window. */
  perSecond(now: number): number {
    const recent = this.recent(now);
    const first = recent[0];
    if (first === undefined) return 0;
    const seconds = Math.max(1_000, Math.min(this.windowMs, now - first.at)) / 1_000;
    return recent.reduce((sum, sample) => sum + sample.value, 0) / seconds;
  }

  /** Nearest rank; null without samples. */
  percentile(now: number, share: number): number | null {
    const sorted = this.recent(now)
      .map((sample) => sample.value)
      .sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
  }

  private recent(now: number): { readonly at: number; readonly value: number }[] {
    return this.samples.filter((sample) => now - sample.at <= this.windowMs);
  }
}
