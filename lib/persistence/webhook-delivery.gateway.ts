import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../workflow/json.js';
import { CHANGE_BYTES, type ChangePosition } from './change.gateway.js';
import { Database, LONG_MS } from './database.js';
import { iso } from './instant.text.js';
import { isOfOnePart } from './sql.errors.js';

/** What a process that derives deliveries begins with. */
export interface WebhookReading {
  readonly after: ChangePosition;
  readonly revision: string;
  readonly webhooks: readonly {
    readonly id: string;
    readonly filter: JsonObject;
    /** The tasks whose changes it may receive. Null means every task. */
    readonly scope: JsonObject | null;
    /** The ids of each history that it is told of, as far as they are still to be read. */
    readonly told: { readonly task: readonly IdRange[]; readonly step: readonly IdRange[] };
  }[];
}

/** From the first id on, up to but without the second; null: without an end. */
export type IdRange = readonly [from: string, until: string | null];

/** A change, and who is to be told of it. */
export interface AddressedChange {
  readonly webhookIds: readonly string[];
  readonly change: { readonly event: string; readonly taskId: string };
}

/** A delivery that this process is to make. */
export interface ClaimedDelivery {
  readonly id: string;
  /** Tells it from those before it and after it. */
  readonly claim: string;
  readonly webhookId: string;
  readonly url: string;
  readonly secret: string;
  /** The tasks whose changes the webhook may receive. Null means every task. */
  readonly scope: JsonObject | null;
  readonly change: JsonObject;
  /** 1 for the first. */
  readonly attempt: number;
}

/** What the database said about one delivery. */
interface DeliveryRefusal {
  readonly webhookId: string;
  readonly sqlState: string;
  readonly message: string;
}

/** See `sql/functions/derive_deliveries_apart.sql`. */
export interface RefusedChange extends DeliveryRefusal {
  /** Index of the change among those that were to be told. */
  readonly place: number;
}

/** What a process knows about the receivers of webhooks, by their ids. */
export interface KnownReceivers {
  /** Those that answered in time. */
  readonly quick: readonly string[];
  /** Those that did not, in the order in which they are to be tried again. */
  readonly slow: readonly string[];
  /** How many deliveries may be claimed for all webhooks that are not quick, one each. */
  readonly others: number;
}

export interface DeliveryClaim {
  readonly claimed: readonly ClaimedDelivery[];
  /** Deliveries that are due and could not be claimed. */
  readonly refused: readonly (DeliveryRefusal & { readonly id: string })[];
}

/** How an attempt ended; see `sql/functions/finish_webhook_delivery.sql`. */
export interface DeliveryOutcome {
  readonly kind: 'delivered' | 'retry' | 'failed' | 'released';
  readonly status: number | null;
  readonly error: string | null;
  /** Of a retry. */
  readonly afterSeconds: number | null;
}

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A delivery as users see it. */
export interface StoredDelivery {
  readonly id: string;
  readonly webhookId: string;
  /** `failed`: tried as often as it may be, and given up. */
  readonly state: DeliveryState;
  readonly change: JsonObject;
  /** Begun. */
  readonly attempts: number;
  /** When it is tried next; null: it is over. */
  readonly dueAt: string | null;
  readonly deliveredAt: string | null;
  readonly givenUpAt: string | null;
  /** What the latest attempt was answered with; null: nothing. */
  readonly lastStatus: number | null;
  /** What the latest attempt failed with. */
  readonly lastError: string | null;
  readonly createdAt: string;
}

/** Keeps what webhooks are to be told, and what became of it. */
@Injectable()
export class WebhookDeliveryGateway {
  constructor(private readonly database: Database) {}

  /** How many deliveries one answer has room for, at most `limit`. */
  roomFor(limit: number): number {
    return this.database.rowsWithin(limit, CHANGE_BYTES);
  }

  /**
   * Null: another process reads. Also where there is nobody to tell the cursor is to be moved.
   * @throws AnswerTooLargeError
   */
  async takeReading(reader: string, leaseSeconds: number): Promise<WebhookReading | null> {
    const [row] = await this.database.queryWhole<{ reading: WebhookReading | null }>(
      'select __schema__.take_webhook_reading($1, $2) as reading',
      [reader, leaseSeconds],
    );
    return row!.reading;
  }

  /** Another process need not wait for the lease. */
  async leaveReading(reader: string): Promise<void> {
    await this.database.query(
      'update __schema__.webhook_cursor set reader = null, read_until = null where reader = $1',
      [reader],
    );
  }

  /**
   * Answers what was refused, each for itself, and is passed over; null: nothing was stored, as the revision is an old one.
   * @throws what the database refused if nothing could be stored for any webhook
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
   * @param limit at most so many, or as many as one answer has room for
   * @param share at most so many of one webhook
   * @param without none of these webhooks
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

  /** Answers whether it was written down: not when another claim came after this one, or the delivery is to be made again. */
  finish({ id, claim }: ClaimedDelivery, { kind, status, error, afterSeconds }: DeliveryOutcome): Promise<boolean> {
    return this.database.call('finish_webhook_delivery', [id, claim, kind, status, error, afterSeconds]);
  }

  /**
   * Answers how many.
   * @param id null: those that failed
   */
  redeliver(webhookId: string, id: string | null, limit: number): Promise<number> {
    return this.database.call('redeliver_webhook_deliveries', [webhookId, id, limit]);
  }

  /** Answers how many. */
  removeOld(deliveredSeconds: number, failedSeconds: number, limit: number): Promise<number> {
    return this.database.call(
      'remove_old_webhook_deliveries',
      [deliveredSeconds, failedSeconds, limit],
      undefined,
      LONG_MS,
    );
  }

  /** The latest first, those before the id `after`. */
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
