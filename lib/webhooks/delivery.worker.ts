import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { gracePeriod } from '../background/grace.period.js';
import { RecurringWork } from '../background/recurring.work.js';
import { StandingFaults } from '../background/standing.faults.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { isOfOnePart } from '../persistence/sql.errors.js';
import {
  WebhookDeliveryGateway,
  type ClaimedDelivery,
  type DeliveryOutcome,
} from '../persistence/webhook-delivery.gateway.js';
import { errorText } from '../workflow/error.text.js';
import { logText } from '../workflow/log.text.js';
import { DeliveryExecutor } from './delivery.executor.js';
import { DeliveryScopes } from './delivery.scopes.js';
import { ReceiverSpeeds } from './receiver.speeds.js';

/** Added to the time limit of a receiver, to record its answer before another process sends the delivery again. */
const LEASE_MARGIN_SECONDS = 30;
/** The largest fraction of all concurrent requests for one webhook whose receiver answers in time. */
const SHARE = 1 / 4;
/**
 * The fraction of all concurrent requests, at least one, for the other webhooks, one each: their receivers are slow or
 * not known yet.
 */
const SHARE_OF_OTHERS = 1 / 2;
const OUT_OF_SCOPE: DeliveryOutcome = {
  kind: 'failed',
  status: null,
  error: 'The task is no longer in the scope of the webhook.',
  afterSeconds: null,
};
/** The fault that some deliveries cannot be claimed. */
const REFUSED = 'webhook_refused';

/**
 * Sends the deliveries that are due, each until its receiver confirms it. A receiver may get a delivery more than once, because a
 * process may die between the answer and recording it. Deliveries have no order.
 */
@Injectable()
export class DeliveryWorker extends BackgroundService {
  private readonly logger = new Logger('TaskerWebhooks');
  private readonly delivering: RecurringWork;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: WebhookDeliveryGateway,
    private readonly scopes: DeliveryScopes,
    private readonly executor: DeliveryExecutor,
    private readonly receivers: ReceiverSpeeds,
    private readonly faults: StandingFaults,
  ) {
    super();
    this.delivering = new RecurringWork({
      run: (signal) => this.runOnce(signal),
      intervalMs: options.webhooks.pollIntervalMs,
      trouble: 'Failed to send webhook deliveries',
      logger: this.logger,
      fault: { faults, key: 'webhook_deliveries', sentence: 'Webhook deliveries cannot be sent.' },
    });
  }

  /** Looks for due deliveries at once. */
  now(): void {
    this.delivering.now();
  }

  /**
   * Sends all deliveries that are due. Returns the number of those that receivers confirmed.
   * @param signal if it is aborted, no more deliveries begin, and those without an answer within
   *   `worker.shutdownTimeoutMs` are handed back
   */
  async runOnce(signal?: AbortSignal): Promise<number> {
    const underWay = new Map<Promise<void>, string>();
    const failures: unknown[] = []; // kept, as a request may end while nobody awaits it
    const ending = gracePeriod(signal, this.options.worker.shutdownTimeoutMs);
    let delivered = 0;
    try {
      while (failures.length === 0) {
        const wasIdle = underWay.size === 0; // then no webhook is skipped for having enough requests
        const claimed = signal?.aborted ? [] : await this.claim([...underWay.values()]);
        const outside = await this.scopes.outside(claimed);
        for (const delivery of claimed) {
          const attempt = outside.has(delivery) ? OUT_OF_SCOPE : this.executor.execute(delivery, ending.signal);
          const made = this.deliver(delivery, attempt)
            .then((isDelivered) => void (delivered += isDelivered ? 1 : 0))
            .catch((error: unknown) => void failures.push(error))
            .finally(() => underWay.delete(made));
          underWay.set(made, delivery.webhookId);
        }
        if (underWay.size > 0) await this.nextTurn([...underWay.keys()]);
        else if (wasIdle || signal?.aborted) break;
      }
    } finally {
      await Promise.all(underWay.keys()); // some are left if the database failed
      ending.clear();
    }
    if (failures.length > 0) throw failures[0];
    return delivered;
  }

  protected async onStart(): Promise<void> {
    await this.delivering.start();
    this.delivering.now(); // other processes may have left some
  }

  protected async onStop(): Promise<void> {
    await this.delivering.stop();
  }

  /** @param underWay the webhooks of the running requests */
  private async claim(underWay: readonly string[]): Promise<readonly ClaimedDelivery[]> {
    const { concurrency, timeoutMs } = this.options.webhooks;
    const room = concurrency - underWay.length;
    if (room === 0) return [];
    const share = Math.ceil(concurrency * SHARE);
    const { quick, slow } = this.receivers.known();
    const others = Math.max(1, Math.floor(concurrency * SHARE_OF_OTHERS));
    const known = { quick, slow, others: Math.max(0, others - underWay.filter((id) => !quick.includes(id)).length) };
    const busy = [...new Set(underWay)].filter(
      (id) => underWay.filter((each) => each === id).length >= (quick.includes(id) ? share : 1),
    );
    const leaseSeconds = timeoutMs / 1_000 + LEASE_MARGIN_SECONDS;
    const { claimed, refused } = await this.gateway.claim(room, share, busy, leaseSeconds, known);
    if (refused.length === 0) this.faults.clear(REFUSED);
    else
      this.faults.report(
        REFUSED,
        'Some deliveries to webhooks cannot be sent, because the database refuses to lease them.',
        refused,
      );
    return claimed;
  }

  /** Resolves when a request has ended, or when another delivery may be due. */
  private async nextTurn(underWay: readonly Promise<void>[]): Promise<void> {
    const timer = new AbortController();
    const waited = pause(this.options.webhooks.pollIntervalMs, undefined, { signal: timer.signal }).catch(
      () => undefined,
    );
    try {
      await Promise.race([...underWay, waited]);
    } finally {
      timer.abort();
    }
  }

  private async deliver(
    delivery: ClaimedDelivery,
    attempt: DeliveryOutcome | Promise<DeliveryOutcome>,
  ): Promise<boolean> {
    const outcome = await attempt;
    const isWritten = await this.gateway
      .finish(delivery, outcome)
      .catch((error: unknown) => this.unfinished(delivery, error));
    if (isWritten && outcome.kind === 'failed') {
      const { id, webhookId, attempt } = delivery;
      const why = logText(outcome.error ?? '');
      this.logger.warn(`Gave up delivery ${id} to webhook ${webhookId} after ${attempt} attempts: ${why}`);
    }
    return outcome.kind === 'delivered';
  }

  /** Only this delivery was refused, so the others go on. */
  private unfinished({ id, webhookId }: ClaimedDelivery, error: unknown): boolean {
    if (!isOfOnePart(error)) throw error;
    this.logger.error(
      `Failed to record the outcome of delivery ${id} to webhook ${webhookId}; it will be sent again when its lease expires. ` +
        'Check the table webhook_deliveries for triggers and constraints.',
      errorText(error),
    );
    return false;
  }
}
