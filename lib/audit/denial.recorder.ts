import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { logTrouble } from '../background/recurring.work.js';
import { inOwnContext } from '../options/own.context.js';
import type { RequestOrigin } from '../options/request.origin.js';
import { AuditGateway } from '../persistence/audit.gateway.js';
import { AuditWriter, type AuditedAct } from '../persistence/audit.writer.js';
import type { TaskerErrorCode } from '../workflow/error.codes.js';
import type { JsonObject } from '../workflow/json.js';

/** A request that was denied. */
export interface Denial extends Omit<AuditedAct, 'actor'> {
  readonly origin: RequestOrigin;
  readonly code: TaskerErrorCode;
  readonly namespace: string | null;
}

const DELAY_MS = 1_000;
/** The most denials that wait to be stored. Others are counted, so that a flood of them costs no more than this. */
const MOST_WAITING = 1_000;
/** Beyond this many, denials without a user, which anybody can cause, are only counted. */
const MOST_UNKNOWN = 20;

/**
 * Stores denied requests in the audit log. Nothing was changed, so there is no transaction to which they belong: they are
 * stored together, within about a second, and answers do not wait for it.
 */
@Injectable()
export class DenialRecorder implements OnModuleDestroy {
  private readonly logger = new Logger('TaskerAudit');
  private waiting: JsonObject[] = [];
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
    else this.waiting.push({ ...entry, namespace, code, outcome: 'denied', at: new Date().toISOString() });
    this.timer ??= inOwnContext(() => setTimeout(() => void this.store(), DELAY_MS).unref());
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
  }

  /** Stores what waits. */
  async flush(): Promise<void> {
    await this.storing;
    await this.store();
  }

  private store(): Promise<void> {
    this.timer = undefined;
    return (this.storing ??= this.storeWaiting().finally(() => (this.storing = undefined)));
  }

  private async storeWaiting(): Promise<void> {
    const [entries, uncounted] = [this.waiting, this.uncounted];
    if (entries.length === 0) return;
    [this.waiting, this.uncounted] = [[], 0];
    if (uncounted > 0) entries.push({ ...entries.at(-1)!, ...MANY, details: { count: uncounted } });
    try {
      await this.gateway.note(entries.map((entry) => JSON.stringify(entry)));
    } catch (error) {
      logTrouble(this.logger, `Failed to store ${entries.length + uncounted} denied requests in the audit log`, error);
    }
  }
}

/** What replaces denials beyond the most that can wait: their number. */
const MANY = { operation: 'manyDenied', kind: 'system', id: null, taskId: null, actor: null, namespace: null } as const;
