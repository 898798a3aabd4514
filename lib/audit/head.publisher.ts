import { once } from 'node:events';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { RecurringWork } from '../background/recurring.work.js';
import type { PublishedAuditHead } from '../options/audit-heads.options.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { AuditGateway } from '../persistence/audit.gateway.js';
import { withinTime } from '../persistence/time.limit.js';
import { appendLines } from './head.file.js';
import { publishedHead } from './published.head.js';

/** How often a process looks for heads that are due, at most. */
const INTERVAL_MS = 60_000;
/** After a failure, or if a process dies, heads are published again after this time. */
const TURN_SECONDS = 60;
/** Shorter than the turn, so that no two processes publish the same heads. */
const LIMIT_MS = 30_000;

/** Publishes the heads of the chains of the audit log outside of the database, as the option `audit.heads` says. */
@Injectable()
export class HeadPublisher extends BackgroundService {
  private readonly logger = new Logger('TaskerAudit');
  private readonly publishing: RecurringWork;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: Pick<ResolvedOptions, 'audit'>,
    private readonly gateway: AuditGateway,
  ) {
    super();
    this.publishing = new RecurringWork({
      run: (signal) => this.runOnce(signal),
      intervalMs: Math.min(INTERVAL_MS, options.audit.heads.everySeconds * 1_000),
      trouble: 'Failed to publish heads of the audit log',
      logger: this.logger,
    });
  }

  /**
   * Publishes the heads that changed and are due. Returns their number.
   *
   * @param signal ends the wait for the function of the host
   * @throws why they could not be published; another try follows. It is no fault of the process: steps run on
   */
  async runOnce(signal: AbortSignal = new AbortController().signal): Promise<number> {
    const { everySeconds, signingKey } = this.options.audit.heads;
    const due = await this.gateway.takeHeads(TURN_SECONDS);
    if (due.length === 0) return 0;
    const results = await Promise.allSettled(
      this.ways(
        due.map((head) => publishedHead(head, signingKey)),
        signal,
      ),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed && signal.aborted) return 0;
    if (failed) throw failed.reason;
    await this.gateway.notePublished(due, everySeconds);
    return due.length;
  }

  protected async onStart(): Promise<void> {
    await this.publishing.start();
  }

  protected async onStop(): Promise<void> {
    await this.publishing.stop();
  }

  private ways(heads: readonly PublishedAuditHead[], signal: AbortSignal): readonly Promise<unknown>[] {
    const { log, file, publish } = this.options.audit.heads;
    const lines = heads.map((head) => JSON.stringify(head));
    if (log) for (const line of lines) this.logger.log(`Head of a chain of the audit log: ${line}`);
    return [
      ...(file === null ? [] : [appendLines(file, lines)]),
      ...(publish === null ? [] : [untilEnd(async () => publish(heads), signal)]),
    ];
  }
}

/** Code of the host may never end, and a shutdown must not wait for it: another process then publishes the heads. */
async function untilEnd(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const heard = new AbortController();
  const stopped = once(signal, 'abort', { signal: heard.signal }).then(() => {
    throw new Error('The process stops.');
  });
  stopped.catch(() => undefined); // it also ends when nobody listens any more
  try {
    await withinTime(Promise.race([work(), stopped]), LIMIT_MS, () => {
      throw new Error(`The function audit.heads.publish did not end within ${LIMIT_MS / 1_000} s.`);
    });
  } finally {
    heard.abort();
  }
}
