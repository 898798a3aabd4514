import { Injectable, Logger } from '@nestjs/common';
import { inOwnContext } from '../options/own.context.js';
import { ReadyChannelFactory, type ReadyChannel } from '../persistence/ready.channel.js';
import { withinTime } from '../persistence/time.limit.js';
import { backoffSeconds, type BackoffPolicy } from '../workflow/backoff.js';
import { logText } from '../workflow/log.text.js';

/** At most one notice in this time leaves a process; the last wish of a burst is never dropped. */
const THROTTLE_MS = 20;
/** How long the last notices may take once the signal is stopped: a connection may have fallen silent. */
const LAST_NOTICES_MS = 500;
const REOPEN_BACKOFF: BackoffPolicy = { baseSeconds: 1, factor: 2, maxSeconds: 60, jitter: 0.2 };

/**
 * Tells workers, of this process and of others, that work became ready. Notices are sent outside transactions, as NOTIFY
 * inside one makes commits queue. They only shorten a wait: without the channel (a transaction pooler, a broken
 * connection) the poll finds the work.
 */
@Injectable()
export class ReadySignal {
  private readonly logger = new Logger('TaskerWorker');
  private channel: ReadyChannel | undefined;
  private active = false;
  private failures = 0;
  private throttle: NodeJS.Timeout | undefined;
  private reopen: NodeJS.Timeout | undefined;
  private again = false;
  /** The latest notice; a connection takes one statement at a time. */
  private sending: Promise<void> | undefined;
  private saidPooled = false;

  /** Called when there may be work for this process. */
  onReady: () => void = () => undefined;

  constructor(private readonly channels: ReadyChannelFactory) {}

  async start(): Promise<void> {
    if (this.active) return;
    this.active = true;
    await inOwnContext(() => this.open());
  }

  /** Sends what is still to be told, such as of steps that were handed back: nobody else would tell it. */
  async stop(): Promise<void> {
    this.active = false;
    clearTimeout(this.throttle);
    clearTimeout(this.reopen);
    this.throttle = undefined;
    const { channel } = this;
    this.channel = undefined;
    await withinTime(this.sendLast(channel), LAST_NOTICES_MS, () => undefined); // then the poll of the others finds the work
    await channel?.close().catch(() => undefined); // the process ends; a connection already broken is closed enough
  }

  private async sendLast(channel: ReadyChannel | undefined): Promise<void> {
    await this.sending;
    if (this.again) await channel?.notify().catch(() => undefined);
    this.again = false;
  }

  /** Work became ready through this process: its own worker looks at once, the others get a notice. */
  tellAll(): void {
    this.onReady();
    this.tellOthers();
  }

  tellOthers(): void {
    if (!this.active) return;
    if (this.throttle) {
      this.again = true;
      return;
    }
    this.again = false;
    inOwnContext(() => this.notify());
  }

  private notify(): void {
    this.sending = this.channel?.notify().catch((error: unknown) => this.lost(error));
    this.throttle = setTimeout(() => {
      // Where the database is slow, the next notice waits for this one.
      void Promise.resolve(this.sending).then(() => {
        this.throttle = undefined;
        if (this.again) this.tellOthers();
      });
    }, THROTTLE_MS);
  }

  private async open(): Promise<void> {
    try {
      const channel = await this.channels.open(
        () => this.onReady(),
        (error) => this.lost(error),
      );
      this.failures = 0;
      if (!channel.hears) this.sayThatPollingMustDo();
      if (this.active) this.channel = channel;
      else await channel.close();
      this.onReady(); // what became ready while nobody listened
    } catch (error) {
      this.lost(error);
    }
  }

  private sayThatPollingMustDo(): void {
    if (this.saidPooled) return;
    this.saidPooled = true;
    this.logger.warn(
      'The database is behind a connection pooler, through which notifications of ready work do not arrive; polling finds ' +
        'the work. Connect directly to PostgreSQL for shorter waits.',
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
      this.logger.warn(`Notifications of ready work are off, polling goes on: ${logText(reason)}`);
    }
    this.reopen = setTimeout(() => {
      this.reopen = undefined;
      void this.open();
    }, waitSeconds * 1_000);
  }
}
