import { Injectable, Logger } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { inOwnContext } from '../options/own.context.js';
import { ReadyChannelFactory, type ReadyChannel } from '../persistence/ready.channel.js';
import { withinTime } from '../persistence/time.limit.js';
import { backoffSeconds, type BackoffPolicy } from '../workflow/backoff.js';
import { logText } from '../workflow/log.text.js';
import { EngineSignals } from './engine.signals.js';

/** A process sends at most one notice in this time, in milliseconds. The last notice of a burst is always sent. */
const THROTTLE_MS = 20;
/** The time for the last notices when the service stops, in milliseconds: a connection may have stopped responding. */
const LAST_NOTICES_MS = 500;
const REOPEN_BACKOFF: BackoffPolicy = { baseSeconds: 1, factor: 2, maxSeconds: 60, jitter: 0.2 };

/**
 * Notifies the workers of this process and of others that work became ready. Notices are sent outside of transactions,
 * because NOTIFY inside one makes commits queue. They only shorten a wait: without the channel (a transaction pooler, a
 * broken connection) the poll finds the work.
 */
@Injectable()
export class ReadyNotifier extends BackgroundService {
  private readonly logger = new Logger('TaskerWorker');
  private channel: ReadyChannel | undefined;
  private active = false;
  private failures = 0;
  private throttle: NodeJS.Timeout | undefined;
  private reopen: NodeJS.Timeout | undefined;
  private again = false;
  /** The latest notice; a connection takes one statement at a time. */
  private sending: Promise<void> | undefined;
  private opening: Promise<void> | undefined;
  private saidPooled = false;

  constructor(
    private readonly channels: ReadyChannelFactory,
    private readonly signals: EngineSignals,
  ) {
    super();
  }

  /** Call it when this process made work ready: its own worker looks at once, and the others get a notice. */
  notifyAll(): void {
    this.signals.workReady.emit();
    this.notifyOthers();
  }

  notifyOthers(): void {
    if (!this.active) return;
    if (this.throttle) {
      this.again = true;
      return;
    }
    this.again = false;
    inOwnContext(() => this.send());
  }

  protected async onStart(): Promise<void> {
    this.active = true;
    await this.open();
  }

  /**
   * Sends the notices that still wait, such as those of steps that were handed back: no other process would send them.
   */
  protected async onStop(): Promise<void> {
    this.active = false;
    clearTimeout(this.throttle);
    clearTimeout(this.reopen);
    this.throttle = undefined;
    const { channel } = this;
    this.channel = undefined;
    await withinTime(this.sendLast(channel), LAST_NOTICES_MS, () => undefined); // if the time is over, others find the work when they poll
    await channel?.close().catch(() => undefined); // the connection may be broken already
  }

  private async sendLast(channel: ReadyChannel | undefined): Promise<void> {
    await this.opening; // a channel that is opened too late is closed again
    await this.sending;
    if (this.again) await channel?.notify().catch(() => undefined);
    this.again = false;
  }

  private send(): void {
    this.sending = this.channel?.notify().catch((error: unknown) => this.lost(error));
    this.throttle = setTimeout(() => {
      // If the database is slow, the next notice waits for this one.
      void Promise.resolve(this.sending).then(() => {
        this.throttle = undefined;
        if (this.again) this.notifyOthers();
      });
    }, THROTTLE_MS);
  }

  private async open(): Promise<void> {
    try {
      const channel = await this.channels.open(
        () => this.signals.workReady.emit(),
        (error) => this.lost(error),
      );
      this.failures = 0;
      if (!channel.hears) this.sayThatPollingMustDo();
      if (this.active) this.channel = channel;
      else await channel.close();
      this.signals.workReady.emit(); // for steps that became ready while nobody listened
    } catch (error) {
      this.lost(error);
    }
  }

  private sayThatPollingMustDo(): void {
    if (this.saidPooled) return;
    this.saidPooled = true;
    this.logger.warn(
      'The database is behind a connection pooler, which does not pass on notifications of ready steps. This process polls ' +
        'for them instead. Connect directly to PostgreSQL for shorter waits.',
    );
  }

  private lost(error: unknown): void {
    const { channel } = this;
    this.channel = undefined;
    void channel?.close().catch(() => undefined); // broken already
    if (!this.active || this.reopen) return;
    this.failures++;
    const waitSeconds = backoffSeconds(REOPEN_BACKOFF, this.failures);
    if (this.failures === 1) {
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.warn(
        `Failed to listen for notifications of ready steps; polling for them instead: ${logText(reason)}`,
      );
    }
    this.reopen = setTimeout(() => {
      this.reopen = undefined;
      this.opening = this.open();
    }, waitSeconds * 1_000);
  }
}
