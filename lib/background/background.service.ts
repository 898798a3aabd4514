import { inOwnContext } from '../options/own.context.js';

/**
 * Something that runs by itself from `start` to `stop`, such as a loop or a sweep. It has one life: after `stop` it never starts
 * again, so that a start that comes late in a shutdown leaves nothing running.
 */
export abstract class BackgroundService {
  private readonly ending = new AbortController();
  private starting: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  /** True since the service was asked to start, even if it does not run yet or has stopped. */
  get isStarted(): boolean {
    return this.starting !== undefined;
  }

  /** True from the first moment of the stop. */
  get isStopping(): boolean {
    return this.stopSignal.aborted;
  }

  /**
   * Starting twice is one start; after `stop`, it does nothing.
   *
   * @throws what kept the service from starting; it may be started again then
   */
  start(): Promise<void> {
    if (this.isStopping) return Promise.resolve();
    return (this.starting ??= inOwnContext(() => this.startUp()).catch((error: unknown) => {
      this.starting = undefined;
      throw error;
    }));
  }

  /** Resolves when nothing of the service runs any more. Stopping twice is one stop. */
  stop(): Promise<void> {
    this.ending.abort();
    return (this.stopping ??= inOwnContext(() => this.shutDown()));
  }

  /** Aborted as soon as the service is to stop, also while it starts. */
  protected get stopSignal(): AbortSignal {
    return this.ending.signal;
  }

  /** Called once, or again after it threw. */
  protected abstract onStart(): void | Promise<void>;

  /** Called once, and not while `onStart` is under way; also if the service never started, or failed to. */
  protected abstract onStop(): void | Promise<void>;

  private async startUp(): Promise<void> {
    await this.onStart();
  }

  private async shutDown(): Promise<void> {
    await this.starting?.catch(() => undefined); // the caller of `start` gets the error
    await this.onStop();
  }
}
