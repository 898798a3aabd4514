import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../workflow/json.js';
import { CHANGE_BYTES, type ChangePosition } from './change.gateway.js';
import { AuditWriter } from './audit.writer.js';
import { Database, LONG_MS } from './database.js';
import { iso } from './instant.text.js';
import { isOfOnePart } from './sql.errors.js';

/** The data with which a process begins to derive deliveries. */
export interface WebhookReading {
  readonly after: ChangePosition;
  readonly revision: string;
  readonly webhooks: readonly {
    readonly id: string;
    readonly filter: JsonObject;
    /** The tasks whose changes the webhook may receive; null for every task. */
    readonly scope: JsonObject | null;
    /** The ranges of ids of each history, not yet read, of which the webhook receives changes. */
    readonly told: { readonly task: readonly IdRange[]; readonly step: readonly IdRange[] };
  }[];
}

/** A range of ids, without the second one; null for no end. */
export type IdRange = readonly [from: string, until: string | null];

/** A change, and the webhooks to deliver it to. */
export interface AddressedChange {
  readonly webhookIds: readonly string[];
  readonly change: { readonly event: string; readonly taskId: string };
}

/** A delivery that this process has claimed and must send. */
export interface ClaimedDelivery {
  readonly id: string;
  /** The number that identifies this claim of the delivery. */
  readonly claim: string;
  readonly webhookId: string;
  readonly url: string;
  readonly secret: string;
  /** The tasks whose changes the webhook may receive; null for every task. */
  readonly scope: JsonObject | null;
  readonly change: JsonObject;
  /** The number of the attempt, beginning with 1. */
  readonly attempt: number;
}

/** The refusal of one delivery by the database. */
interface DeliveryRefusal {
  readonly webhookId: string;
  readonly sqlState: string;
  readonly message: string;
}

/** See `sql/functions/derive_deliveries_apart.sql`. */
export interface RefusedChange extends DeliveryRefusal {
  /** The index of the change among those to deliver. */
  readonly place: number;
}

/** The speed of the receivers of webhooks, as far as this process knows it, by the ids of the webhooks. */
export interface KnownReceivers {
  /** The webhooks whose receivers answered in time. */
  readonly quick: readonly string[];
  /** The webhooks whose receivers did not, in the order in which to try them again. */
  readonly slow: readonly string[];
  /** The maximum number of deliveries to claim for webhooks that are not quick, one each. */
  readonly others: number;
}

export interface DeliveryClaim {
  readonly claimed: readonly ClaimedDelivery[];
  /** The due deliveries that could not be claimed. */
  readonly refused: readonly (DeliveryRefusal & { readonly id: string })[];
}

/** The outcome of an attempt; see `sql/functions/finish_webhook_delivery.sql`. */
export interface DeliveryOutcome {
  readonly kind: 'delivered' | 'retry' | 'failed' | 'released';
  readonly status: number | null;
  readonly error: string | null;
  /** The wait before a retry. */
  readonly afterSeconds: number | null;
}

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A delivery, in the format for users. */
export interface StoredDelivery {
  readonly id: string;
  readonly webhookId: string;
  /** `failed` means that the delivery was given up after the maximum number of attempts. */
  readonly state: DeliveryState;
  readonly change: JsonObject;
  /** The number of attempts that began. */
  readonly attempts: number;
  /** When the next attempt is due; null if the delivery succeeded or was given up. */
  readonly dueAt: string | null;
  readonly deliveredAt: string | null;
  readonly givenUpAt: string | null;
  /** The status of the answer to the latest attempt; null if there was no answer. */
  readonly lastStatus: number | null;
  /** The error of the latest attempt. */
  readonly lastError: string | null;
  readonly createdAt: string;
}

/** Stores deliveries to webhooks and their outcomes. */
@Injectable()
export class WebhookDeliveryGateway {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditWriter,
  ) {}

  /** The number of deliveries that fit into one answer, at most `limit`. */
  roomFor(limit: number): number {
    return this.database.rowsWithin(limit, CHANGE_BYTES);
  }

  /**
   * Claims the right to derive deliveries; null if another process has it. The cursor must be moved even if there are
   * no webhooks.
   * @throws AnswerTooLargeError
   */
  async takeReading(reader: string, leaseSeconds: number): Promise<WebhookReading | null> {
    const [row] = await this.database.queryWhole<{ reading: WebhookReading | null }>(
      'select __schema__.take_webhook_reading($1, $2) as reading',
      [reader, leaseSeconds],
    );
    return row!.reading;
  }

  /** Gives the right back, so that another process does not have to wait for the end of the lease. */
  async leaveReading(reader: string): Promise<void> {
    await this.database.query(
      'update __schema__.webhook_cursor set reader = null, read_until = null where reader = $1',
      [reader],
    );
  }

  /**
   * Stores deliveries and moves the cursor. Returns the refused deliveries, which are skipped; null if nothing was
   * stored, because the revision is out of date.
   * @throws the error of the database if nothing could be stored for any webhook
   */
  async derive(
    revision: string,
    { task, step }: ChangePosition,
    told: readonly AddressedChange[],
  ): Promise<readonly RefusedChange[] | null> {
    const parameters = [revision, task, step, JSON.stringify(told)];
    try {
      return (await this.database.call<boolean>('derive_webhook_deliveries', parameters)) ? [] : null;
    } catch (error) {
      if (!isOfOnePart(error)) throw error;
      return this.database.call('derive_deliveries_apart', parameters);
    }
  }

  /**
   * @param limit the maximum number of deliveries; fewer if they do not fit into one answer
   * @param share the maximum number of deliveries of one webhook
   * @param without the webhooks to skip
   */
  async claim(
    limit: number,
    share: number,
    without: readonly string[],
    leaseSeconds: number,
    { quick, slow, others }: KnownReceivers,
  ): Promise<DeliveryClaim> {
    const parameters = [this.roomFor(limit), share, without, leaseSeconds, quick, slow, others];
    try {
      return { claimed: await this.database.call('claim_webhook_deliveries', parameters), refused: [] };
    } catch (error) {
      if (!isOfOnePart(error)) throw error;
      return this.database.call('claim_deliveries_apart', parameters);
    }
  }

  /**
   * Records the outcome. Returns false, without recording it, if another claim came after this one, or if a redelivery
   * was requested.
   */
  finish({ id, claim }: ClaimedDelivery, { kind, status, error, afterSeconds }: DeliveryOutcome): Promise<boolean> {
    return this.database.call('finish_webhook_delivery', [id, claim, kind, status, error, afterSeconds]);
  }

  /**
   * Requests redeliveries, and returns how many.
   * @param id null for all failed deliveries
   */
  redeliver(webhookId: string, id: string | null, limit: number): Promise<number> {
    const details = id === null ? {} : { deliveryId: id };
    const act = { operation: 'redeliver', kind: 'webhook', id: webhookId, details } as const;
    return this.audit.call(act, 'redeliver_webhook_deliveries', [webhookId, id, limit]);
  }

  /** Removes old deliveries, and returns how many. */
  removeOld(deliveredSeconds: number, failedSeconds: number, limit: number): Promise<number> {
    return this.database.call(
      'remove_old_webhook_deliveries',
      [deliveredSeconds, failedSeconds, limit],
      undefined,
      LONG_MS,
    );
  }

  /** Returns deliveries with lower ids than `after`, the latest first. */
  async list(
    webhookId: string,
    state: DeliveryState | null,
    after: string | null,
    limit: number,
  ): Promise<readonly StoredDelivery[]> {
    const wanted = state === null ? 'true' : STATES[state];
    return this.read(
      `where d.webhook_id = $1 and ($2::bigint is null or d.webhook_delivery_id < $2) and ${wanted}
       order by d.webhook_delivery_id desc limit $3`,
      [webhookId, after, limit],
    );
  }

  async find(webhookId: string, id: string): Promise<StoredDelivery | null> {
    const [found] = await this.read('where d.webhook_id = $1 and d.webhook_delivery_id = $2', [webhookId, id]);
    return found ?? null;
  }

  private async read(rest: string, parameters: readonly unknown[]): Promise<readonly StoredDelivery[]> {
    const rows = await this.database.query<{ delivery: StoredDelivery }>(`${DELIVERY} ${rest}`, parameters);
    return rows.map(({ delivery }) => delivery);
  }
}

const STATES: Readonly<Record<DeliveryState, string>> = {
  pending: 'd.due_at is not null',
  delivered: 'd.delivered_at is not null',
  failed: 'd.given_up_at is not null',
};

const DELIVERY = `
select json_build_object(
  'id', d.webhook_delivery_id::text, 'webhookId', d.webhook_id::text,
  'state', case ${DELIVERY_STATES.map((state) => `when ${STATES[state]} then '${state}'`).join(' ')} end,
  'change', d.change, 'attempts', d.attempts, 'dueAt', ${iso('d.due_at')}, 'deliveredAt', ${iso('d.delivered_at')},
  'givenUpAt', ${iso('d.given_up_at')}, 'lastStatus', d.last_status, 'lastError', d.last_error,
  'createdAt', ${iso('d.created_at')}
) as delivery
from __schema__.webhook_deliveries d`;
