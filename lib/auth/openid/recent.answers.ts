interface Entry<Answer> {
  readonly answer: Answer;
  /** By the clock of `performance`, in milliseconds. */
  readonly until: number;
}

/** Answers by a key, each for a limited time. If there are too many, the oldest are forgotten. */
export class RecentAnswers<Answer> {
  private readonly entries = new Map<string, Entry<Answer>>();

  constructor(private readonly most: number) {}

  get(key: string): Answer | undefined {
    const entry = this.entries.get(key);
    return entry && entry.until > performance.now() ? entry.answer : undefined;
  }

  keep(key: string, answer: Answer, lastsMs: number): void {
    this.entries.delete(key); // so that it becomes the newest
    if (lastsMs <= 0) return;
    this.entries.set(key, { answer, until: performance.now() + lastsMs });
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.most) this.entries.delete(oldest!);
  }
}
