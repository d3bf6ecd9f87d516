/** A bounded list, newest first, in which every id is once. */
export class Feed<T extends { readonly id: string }> {
  private items: T[] = [];
  private readonly ids = new Set<string>();

  constructor(
    private readonly limit: number,
    /** What newest means. */
    private readonly rank: (item: T) => number,
  ) {}

  get all(): readonly T[] {
    return this.items;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  /** Adds what is not known yet and returns it. */
  add(items: readonly T[]): T[] {
    const fresh: T[] = [];
    for (const item of items) {
      if (this.ids.has(item.id)) continue;
      this.ids.add(item.id);
      fresh.push(item);
    }
    if (fresh.length === 0) return fresh;
    this.items = [...fresh, ...this.items].sort((a, b) => this.rank(b) - this.rank(a));
    for (const dropped of this.items.splice(this.limit)) this.ids.delete(dropped.id);
    return fresh;
  }

  update(change: (item: T) => T): void {
    this.items = this.items.map(change);
  }
}
