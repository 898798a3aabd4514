type Closer = () => Promise<void>;

/** Ends what goes on after a shutdown has begun; says nothing that is worth printing. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** What has to be closed at the end, the latest first. Running it twice is running it once. */
export class Shutdown {
  private readonly closers: Closer[] = [];
  private running: Promise<void> | undefined;

  get hasBegun(): boolean {
    return this.running !== undefined;
  }

  /** @throws InterruptedError when the shutdown has begun already; what came too late is then closed at once */
  async add(closer: Closer): Promise<void> {
    if (!this.hasBegun) {
      this.closers.unshift(closer);
      return;
    }
    await closer();
    throw new InterruptedError();
  }

  run(): Promise<void> {
    this.running ??= this.closeAll();
    return this.running;
  }

  private async closeAll(): Promise<void> {
    for (const close of this.closers) await close();
  }
}
