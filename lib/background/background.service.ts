import { inOwnContext } from '../options/own.context.js';

/**
 * A service that runs in the background from `start` to `stop`, such as a loop or a sweep. After `stop` it cannot be
 * started again, so that a start that comes late in a shutdown leaves nothing running.
 */
export abstract class BackgroundService {
  private readonly ending = new AbortController();
  private starting: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  /** True as soon as `start` was called, even if the service does not run yet or has stopped. */
  get isStarted(): boolean {
    return this.starting !== undefined;
  }

  /** True as soon as `stop` was called. */
  get isStopping(): boolean {
    return this.stopSignal.aborted;
  }

  /**
   * Starting twice is one start; after `stop`, it does nothing.
   *
   * @throws the error of `onStart`; the service may then be started again
   */
  start(): Promise<void> {
    if (this.isStopping) return Promise.resolve();
    return (this.starting ??= inOwnContext(() => this.startUp()).catch((error: unknown) => {
      this.starting = undefined;
      throw error;
    }));
  }

  /** Resolves when the service has come to rest. Stopping twice is one stop. */
  stop(): Promise<void> {
    this.ending.abort();
    return (this.stopping ??= inOwnContext(() => this.shutDown()));
  }

  /** Aborted when `stop` is called, also while the service starts. */
  protected get stopSignal(): AbortSignal {
    return this.ending.signal;
  }

  /** Called once, or again after it threw. */
  protected abstract onStart(): void | Promise<void>;

  /** Called once, and not while `onStart` runs; also if the service never started or failed to start. */
  protected abstract onStop(): void | Promise<void>;

  private async startUp(): Promise<void> {
    await this.onStart();
  }

  private async shutDown(): Promise<void> {
    await this.starting?.catch(() => undefined); // the caller of `start` gets the error
    await this.onStop();
  }
}
