import type { IndicatorPoint } from '../wire/types';

export const maxPoints = 5_000;
const restartAfterMs = 10_000;

/** What adding points did; the caller fetches when there is a hole and starts over when the series restarted. */
export type AddResult = 'added' | 'repeated' | 'hole' | 'restarted';

/** A bounded run of one symbol's points, ascending by `n`, each `n` once. */
export class PointSeries {
  private items: IndicatorPoint[] = [];
  /** Changes whenever something other than appending at the end happened: a drawing must start over. */
  private epochValue = 0;

  constructor(
    readonly symbol: string,
    private readonly limit = maxPoints,
  ) {}

  get points(): readonly IndicatorPoint[] {
    return this.items;
  }

  get epoch(): number {
    return this.epochValue;
  }

  get last(): IndicatorPoint | undefined {
    return this.items.at(-1);
  }

  get firstN(): number {
    return this.items[0]?.n ?? 0;
  }

  get lastN(): number {
    return this.last?.n ?? 0;
  }

  /** Adds a live batch that follows `previousN`. A batch behind a hole is added too: the hole is filled later. */
  addLive(previousN: number, points: readonly IndicatorPoint[]): AddResult {
    if (points.some((point) => this.contradicts(point))) return 'restarted';
    const hasHole = this.items.length > 0 && previousN > this.lastN;
    const added = this.merge(points);
    if (hasHole) return 'hole';
    return added > 0 ? 'added' : 'repeated';
  }

  /** Merges points in any order, ignoring numbers already present. Returns how many were new. */
  merge(points: readonly IndicatorPoint[]): number {
    let added = 0;
    const late: IndicatorPoint[] = [];
    for (const point of points) {
      if (point.n > this.lastN) {
        this.items.push(point);
        added += 1;
      } else if (this.find(point.n) === undefined) {
        late.push(point);
      }
    }
    if (late.length > 0) added += this.insert(late);
    this.trim();
    return added;
  }

  /** Adds older points in front, as far as the bound allows. */
  prepend(points: readonly IndicatorPoint[]): number {
    const room = this.limit - this.items.length;
    const older = points.filter((point) => point.n < this.firstN).slice(-Math.max(0, room));
    return room > 0 && older.length > 0 ? this.insert(older) : 0;
  }

  clear(): void {
    this.items = [];
    this.epochValue += 1;
  }

  find(n: number): IndicatorPoint | undefined {
    const index = this.indexOf(n);
    return index < 0 ? undefined : this.items[index];
  }

  /** Position of the point `n`, or -1. */
  indexOf(n: number): number {
    let low = 0;
    let high = this.items.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.items[middle]?.n ?? 0;
      if (at === n) return middle;
      if (at < n) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  private insert(points: readonly IndicatorPoint[]): number {
    const before = this.items.length;
    const byN = new Map(this.items.map((point) => [point.n, point]));
    for (const point of points) if (!byN.has(point.n)) byN.set(point.n, point);
    this.items = [...byN.values()].sort((a, b) => a.n - b.n);
    if (this.items.length !== before) this.epochValue += 1;
    return this.items.length - before;
  }

  /** Cuts a tenth at a time, so that a full series does not start its drawing over with every bar. */
  private trim(): void {
    if (this.items.length <= this.limit) return;
    this.items = this.items.slice(-Math.ceil(this.limit * 0.9));
    this.epochValue += 1;
  }

  /** The same number with another content, or an old number with a new bar: the backend began its series anew. */
  private contradicts(point: IndicatorPoint): boolean {
    const known = this.find(point.n);
    if (known !== undefined) return known.time !== point.time || known.close !== point.close;
    const { last } = this;
    return last !== undefined && point.n < last.n && point.ingestedAt > last.ingestedAt + restartAfterMs;
  }
}
