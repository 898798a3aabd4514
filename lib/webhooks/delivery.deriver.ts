import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { RecurringWork } from '../background/recurring.work.js';
import { StandingFaults } from '../background/standing.faults.js';
import type { Change } from '../live/change.js';
import { matches } from '../live/change.filter.js';
import { changesInScopes, type ScopedListener } from '../live/change.scopes.js';
import { StableHistory } from '../live/stable.history.js';
import { mergeChanges, type MergedChanges } from '../live/change.merge.js';
import { laterPosition, parsePosition, positionText } from '../live/change.position.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { ChangeGateway, type ChangePosition } from '../persistence/change.gateway.js';
import {
  WebhookDeliveryGateway,
  type RefusedChange,
  type AddressedChange,
  type WebhookReading,
} from '../persistence/webhook-delivery.gateway.js';
import { TaskScopeGateway } from '../persistence/task-scope.gateway.js';
import { errorText } from '../workflow/error.text.js';
import { logText } from '../workflow/log.text.js';
import { DeliveryWorker } from './delivery.worker.js';

/** The number of rows of each history that are read at a time. */
const READ_LIMIT = 500;
/** If the process that derives dies, another one takes over after this time. */
const LEASE_SECONDS = 10;
/** The maximum number of refused deliveries that one log line describes. */
const MAX_REPORTED = 5;

/**
 * Derives deliveries from committed changes: which webhook gets which change. One process does it at a time. Deliveries are stored
 * in one transaction with the position up to which they were derived, so each change leads to its deliveries once, even if a
 * process dies or comes too late.
 */
@Injectable()
export class DeliveryDeriver extends BackgroundService {
  private readonly logger = new Logger('TaskerWebhooks');
  private readonly reader = randomUUID();
  private readonly history: StableHistory;
  private readonly deriving: RecurringWork;

  constructor(
    @Inject(TASKER_OPTIONS) { webhooks }: ResolvedOptions,
    private readonly changes: ChangeGateway,
    private readonly deliveries: WebhookDeliveryGateway,
    private readonly deliveryWorker: DeliveryWorker,
    private readonly scopes: TaskScopeGateway,
    faults: StandingFaults,
  ) {
    super();
    this.history = new StableHistory(changes);
    this.deriving = new RecurringWork({
      run: (signal) => this.runOnce(signal),
      intervalMs: webhooks.pollIntervalMs,
      trouble: 'Failed to derive webhook deliveries',
      logger: this.logger,
      fault: { faults, key: 'webhook_deriving', sentence: 'No webhook deliveries are derived.' },
    });
  }

  /** Derives deliveries of all settled changes. Returns the number of changes that a webhook gets. */
  async runOnce(signal?: AbortSignal): Promise<number> {
    let told = 0;
    for (let hasMore = true; hasMore && !signal?.aborted;) {
      const reading = await this.deliveries.takeReading(this.reader, LEASE_SECONDS);
      const settled = reading && (await this.history.look());
      if (!reading || !settled) break;
      const step = await this.derive(reading, settled);
      told += step.told;
      hasMore = step.hasMore;
      if (step.told > 0) this.deliveryWorker.now();
    }
    return told;
  }

  protected async onStart(): Promise<void> {
    await this.deriving.start();
  }

  protected async onStop(): Promise<void> {
    await this.deriving.stop();
    if (this.isStarted) await this.deliveries.leaveReading(this.reader);
  }

  private async derive(
    reading: WebhookReading,
    settled: ChangePosition,
  ): Promise<{ readonly told: number; readonly hasMore: boolean }> {
    const { after, revision, webhooks } = reading;
    const until = laterPosition(after, settled); // another process may have read further
    if (positionText(until) === positionText(after)) return { told: 0, hasMore: false };
    const { changes, position } =
      webhooks.length > 0 ? await this.read(after, until) : { changes: [], position: until };
    const told = await this.address(changes, webhooks);
    const refused = await this.deliveries.derive(revision, position, told);
    if (!refused) return { told: 0, hasMore: true }; // a webhook was changed meanwhile, or another process was faster
    if (refused.length > 0) this.reportRefused(refused, told);
    return { told: told.length, hasMore: positionText(position) !== positionText(until) };
  }

  /** Finds the webhooks of each change, and leaves out changes that no webhook gets. */
  private async address(
    changes: readonly Change[],
    webhooks: readonly ReadWebhook[],
  ): Promise<readonly AddressedChange[]> {
    const listeners = webhooks as readonly (ReadWebhook & ScopedListener)[];
    const known = new Map<ReadWebhook, ReadonlySet<Change>>();
    for (const [webhook, inScope] of await changesInScopes(this.scopes, listeners, changes)) {
      if (inScope instanceof Error) this.reportUnscoped(webhook, inScope);
      known.set(webhook, new Set(inScope instanceof Error ? [] : inScope));
    }
    const isTold = (webhook: ReadWebhook & ScopedListener, change: Change): boolean =>
      isAmong(change, webhook.told) && matches(webhook.filter, change) && known.get(webhook)!.has(change);
    return changes
      .map((change) => ({ change, webhookIds: listeners.filter((each) => isTold(each, change)).map(({ id }) => id) }))
      .filter(({ webhookIds }) => webhookIds.length > 0);
  }

  private reportUnscoped({ id }: ReadWebhook, error: Error): void {
    this.logger.error(
      `Failed to find the tasks in the scope of webhook ${id}; some changes are not sent to it. Remove it and create it ` +
        'again with another scope.',
      errorText(error),
    );
  }

  /** Refused deliveries are lost, because otherwise they would block those that follow. */
  private reportRefused(refused: readonly RefusedChange[], told: readonly AddressedChange[]): void {
    const lines = refused.slice(0, MAX_REPORTED).map(({ webhookId, place, sqlState, message }) => {
      const { event, taskId } = told[place]!.change;
      return `${event} of task ${taskId} to webhook ${webhookId}: ${logText(message)} (${sqlState})`;
    });
    this.logger.error(
      `The database refused to store ${refused.length} deliveries to webhooks; they will not be sent. ${lines.join('; ')}. ` +
        'Check the table webhook_deliveries for triggers and constraints.',
    );
  }

  private async read(after: ChangePosition, until: ChangePosition): Promise<MergedChanges> {
    const limit = this.changes.roomFor(READ_LIMIT);
    return mergeChanges(await this.changes.read(after, until, null, limit), after, until, limit);
  }
}

type ReadWebhook = WebhookReading['webhooks'][number];

/** The position of a change contains its own id in its history. */
function isAmong({ position, step }: Change, told: ReadWebhook['told']): boolean {
  const at = parsePosition(position)!;
  const [id, ranges] = step === null ? [BigInt(at.task), told.task] : [BigInt(at.step), told.step];
  return ranges.some(([from, until]) => id >= BigInt(from) && (until === null || id < BigInt(until)));
}
