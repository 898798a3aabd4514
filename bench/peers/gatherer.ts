/** Sends things in batches without a timer: what is added while a batch is under way goes with the next one. */
export class Gatherer<T> {
  private waiting: T[] = [];
  private next: Promise<void> | undefined;
  private current: Promise<void> = Promise.resolve();

  constructor(private readonly send: (batch: readonly T[]) => Promise<unknown>) {}

  /** Resolves when the batch with the thing has been sent. */
  add(thing: T): Promise<void> {
    this.waiting.push(thing);
    this.next ??= this.sendAfter(this.current);
    return this.next;
  }

  private async sendAfter(previous: Promise<void>): Promise<void> {
    await previous.catch(() => {}); // whoever added to it has been told
    const batch = this.waiting;
    this.waiting = [];
    this.current = this.next!;
    this.next = undefined;
    await this.send(batch);
  }
}
