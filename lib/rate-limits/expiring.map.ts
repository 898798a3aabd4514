interface Entry<Value> {
  readonly value: Value;
  readonly endsAtMs: number;
}

/** Values that expire, of which only so many are kept: beyond that, the oldest is forgotten. */
export class ExpiringMap<Value> {
  private readonly entries = new Map<string, Entry<Value>>();

  constructor(private readonly most: number) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: string, nowMs: number): Entry<Value> | undefined {
    const entry = this.entries.get(key);
    return entry && entry.endsAtMs > nowMs ? entry : undefined;
  }

  set(key: string, value: Value, endsAtMs: number): void {
    this.entries.delete(key); // so that it becomes the youngest
    this.entries.set(key, { value, endsAtMs });
    if (this.entries.size > this.most) this.entries.delete(this.entries.keys().next().value!);
  }

  /** Changes a value without changing its age. The key must be there. */
  replace(key: string, value: Value): void {
    this.entries.set(key, { value, endsAtMs: this.entries.get(key)!.endsAtMs });
  }
}
