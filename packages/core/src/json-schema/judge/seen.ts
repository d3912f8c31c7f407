/** The members and items that keywords have looked at, for those keywords that judge the others. */
export class Seen {
  readonly names = new Set<string>();
  readonly indexes = new Set<number>();
  hasAllNames = false;
  /** All items before this index have been seen. */
  firstItems = 0;
  /** False when it hangs on a pattern that cannot be checked what has been seen: then all may not have been. */
  isCertain = true;

  add(other: Seen): void {
    for (const name of other.names) this.names.add(name);
    for (const index of other.indexes) this.indexes.add(index);
    this.hasAllNames ||= other.hasAllNames;
    this.firstItems = Math.max(this.firstItems, other.firstItems);
    this.isCertain &&= other.isCertain;
  }

  hasName(name: string): boolean {
    return this.hasAllNames || this.names.has(name);
  }

  hasItem(index: number): boolean {
    return index < this.firstItems || this.indexes.has(index);
  }
}
