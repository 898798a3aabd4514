import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { logTrouble } from '../background/recurring.work.js';
import { inOwnContext } from '../options/own.context.js';
import type { RequestOrigin } from '../options/request.origin.js';
import { AuditGateway } from '../persistence/audit.gateway.js';
import { AuditWriter, type AuditedAct } from '../persistence/audit.writer.js';
import type { TaskerErrorCode } from '../workflow/error.codes.js';
import { storableText } from '../workflow/json.check.js';
import type { JsonObject } from '../workflow/json.js';

/** A request that was denied. */
export interface Denial extends Omit<AuditedAct, 'actor'> {
  readonly origin: RequestOrigin;
  readonly code: TaskerErrorCode;
  /** As the request names it. */
  readonly namespace: string | null;
}

const DELAY_MS = 1_000;
/** The longest name of a namespace. */
const MAX_NAME_LENGTH = 128;
/** The most denials that wait to be stored. Others are counted, so that a flood of them costs no more than this. */
const MOST_WAITING = 1_000;
/** Beyond this many, denials without a user, which anybody can cause, are only counted. */
const MOST_UNKNOWN = 20;

/**
 * Stores denied requests in the audit log. Nothing was changed, so there is no transaction to which they belong: they are
 * stored together, within about a second, and answers do not wait for it. During an outage, they wait, too.
 */
@Injectable()
export class DenialRecorder implements OnModuleDestroy {
  private readonly logger = new Logger('TaskerAudit');
  private waiting: JsonObject[] = [];
  private isFailing = false;
  private uncounted = 0;
  private timer: NodeJS.Timeout | undefined;
  private storing: Promise<void> | undefined;

  constructor(
    private readonly gateway: AuditGateway,
    private readonly writer: AuditWriter,
  ) {}

  record({ origin, code, namespace, ...act }: Denial): void {
    const entry = this.writer.entryOf(act, origin);
    if (!entry) return;
    const most = origin.actor === null ? MOST_UNKNOWN : MOST_WAITING;
    if (this.waiting.length >= most) this.uncounted += 1;
    else {
      const known = namespace === null ? null : storableText(namespace, MAX_NAME_LENGTH);
      this.waiting.push({ ...entry, namespace: known, code, outcome: 'denied', at: new Date().toISOString() });
    }
    this.storeLater();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
    clearTimeout(this.timer);
    const lost = this.waiting.length + this.uncounted;
    if (lost > 0) this.logger.error(`Denied requests that could not be stored in the audit log are lost: ${lost}.`);
  }

  /** Stores what waits. */
  async flush(): Promise<void> {
    await this.storing;
    await this.store();
  }

  private storeLater(): void {
    this.timer ??= inOwnContext(() => setTimeout(() => void this.store(), DELAY_MS).unref());
  }

  private store(): Promise<void> {
    this.timer = undefined;
    return (this.storing ??= this.storeWaiting().finally(() => {
      this.storing = undefined;
      if (this.waiting.length > 0) this.storeLater(); // they came meanwhile, or could not be stored
    }));
  }

  private async storeWaiting(): Promise<void> {
    const [entries, uncounted] = [this.waiting, this.uncounted];
    if (entries.length === 0) return;
    [this.waiting, this.uncounted] = [[], 0];
    const many = uncounted > 0 ? [{ ...entries.at(-1)!, ...MANY, details: { count: uncounted } }] : [];
    try {
      await this.gateway.note([...entries, ...many].map((entry) => JSON.stringify(entry)));
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing)
        logTrouble(this.logger, 'Failed to store denied requests in the audit log; will retry', error);
      this.isFailing = true;
      const all = [...entries, ...this.waiting];
      this.waiting = all.slice(0, MOST_WAITING);
      this.uncounted += uncounted + all.length - this.waiting.length;
    }
  }
}

/** What replaces denials beyond the most that can wait: their number. */
const MANY = { operation: 'manyDenied', kind: 'system', id: null, taskId: null, actor: null, namespace: null } as const;
