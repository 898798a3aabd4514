import { Inject, Injectable } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { TaskScopeGateway } from '../persistence/task-scope.gateway.js';
import { WebhookDeliveryGateway } from '../persistence/webhook-delivery.gateway.js';
import { WEBHOOK_BYTES, WebhookGateway, type NewStoredWebhook } from '../persistence/webhook.gateway.js';
import type { JsonObject } from '../workflow/json.js';
import { isRowId } from '../workflow/input.checks.js';
import { PAGE_BOUNDS } from '../workflow/list.bounds.js';
import { checkScope } from '../workflow/task.scope.check.js';
import { canonicalScope, type TaskScope } from '../workflow/task.scope.js';
import type { Problem } from '../workflow/tasker.error.js';
import { normalisedUrl } from './target.check.js';
import { deliveryRequestProblems, newWebhookProblems, webhookChangeProblems } from './webhook.check.js';
import {
  InvalidWebhookError,
  TooManyWebhooksError,
  UnknownDeliveryError,
  UnknownWebhookError,
} from './webhook.errors.js';
import { newSecret } from './webhook.secret.js';
import type {
  DeliveryPage,
  DeliveryRequest,
  NewWebhook,
  WebhookChanges,
  WebhookDelivery,
  WebhookDetails,
  WebhookWithSecret,
} from './webhook.js';

/** The maximum number of redeliveries per statement, each of which writes a row. */
const REDELIVERED_AT_ONCE = 1_000;

type Said = Pick<NewStoredWebhook, 'url' | 'filter' | 'description'> & Partial<Pick<NewStoredWebhook, 'scope'>>;

/** Manages webhooks and their deliveries. A caller with a scope knows only the webhooks that were created with an equal one. */
@Injectable()
export class WebhookService {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly webhooks: WebhookGateway,
    private readonly deliveriesOf: WebhookDeliveryGateway,
    private readonly scopes: TaskScopeGateway,
  ) {}

  /**
   * Creates a webhook. It receives the changes that commit from now on, even if their transaction began before. Only this method and
   * `rotateSecret` return the secret.
   *
   * @param scope stored with the webhook, and checked when a change is read and again before it is sent; null for every task
   * @throws InvalidWebhookError, InvalidScopeError, TooManyWebhooksError
   *
   * @example
   * ```ts
   * const { id, secret } = await webhooks.create({ url: 'https://example.com/hook', filter: { events: ['task.failed'] } });
   * ```
   */
  async create(webhook: NewWebhook, scope: TaskScope | null = null): Promise<WebhookWithSecret> {
    refuse(newWebhookProblems(webhook, this.allowPrivate));
    await this.scopes.check(scope);
    const { filter = {}, description = null, secret = newSecret(), isEnabled = true } = webhook;
    const said = { url: normalisedUrl(webhook.url), filter: filter as JsonObject, description };
    const stored = { ...said, secret, isEnabled, scope: storedScope(scope) };
    await this.refuseIfTooLarge(stored, null);
    return { ...(await this.get(await this.webhooks.create(stored))), secret };
  }

  /**
   * Returns the webhooks, the oldest first.
   * @throws AnswerTooLargeError if the option `database.maxReadBytes` was larger when they were created
   */
  async list(scope: TaskScope | null = null): Promise<readonly WebhookDetails[]> {
    return await this.webhooks.list(null, storedScope(scope));
  }

  /** @throws UnknownWebhookError */
  async get(id: string, scope: TaskScope | null = null): Promise<WebhookDetails> {
    const known = storedScope(scope);
    const [found] = isRowId(id) ? await this.webhooks.list(id, known) : [];
    if (!found) throw new UnknownWebhookError(id);
    return found;
  }

  /**
   * Changes a webhook. Omitted fields and the scope stay as they are. While a webhook is disabled, nothing is sent:
   * pending deliveries wait, and the webhook never receives the changes that happen meanwhile.
   *
   * @throws InvalidWebhookError, UnknownWebhookError, TooManyWebhooksError
   */
  async change(id: string, changes: WebhookChanges, scope: TaskScope | null = null): Promise<WebhookDetails> {
    refuse(webhookChangeProblems(changes, this.allowPrivate));
    const before = await this.get(id, scope);
    const normalised = { ...changes, ...(changes.url !== undefined && { url: normalisedUrl(changes.url) }) };
    const { isEnabled: _, ...said } = normalised;
    if (Object.keys(said).length > 0) {
      const { url, filter, description } = { ...before, ...said };
      await this.refuseIfTooLarge({ url, filter: filter, description }, id);
    }
    const isKnown = await this.webhooks.change(id, normalised, before);
    if (!isKnown) throw new UnknownWebhookError(id);
    return this.get(id);
  }

  /**
   * Removes a webhook with its deliveries. A running request may still arrive.
   * @throws UnknownWebhookError
   */
  async remove(id: string, scope: TaskScope | null = null): Promise<void> {
    await this.get(id, scope);
    if (!(await this.webhooks.remove(id))) throw new UnknownWebhookError(id);
  }

  /**
   * Replaces the secret. Requests from now on are signed with the new one.
   * @throws UnknownWebhookError
   */
  async rotateSecret(id: string, scope: TaskScope | null = null): Promise<WebhookWithSecret> {
    const secret = newSecret();
    await this.get(id, scope);
    if (!(await this.webhooks.setSecret(id, secret))) throw new UnknownWebhookError(id);
    return { ...(await this.get(id)), secret };
  }

  /**
   * Returns a page of the deliveries of a webhook, the latest first. The failed ones are its dead letters.
   * @throws InvalidWebhookError, UnknownWebhookError
   */
  async deliveries(id: string, request: DeliveryRequest = {}, scope: TaskScope | null = null): Promise<DeliveryPage> {
    refuse(deliveryRequestProblems(request));
    await this.get(id, scope);
    const { state = null, after = null } = request;
    const limit = this.deliveriesOf.roomFor(request.limit ?? PAGE_BOUNDS.default);
    const found = await this.deliveriesOf.list(id, state, after, limit + 1); // one more, to know whether there is a next page
    const deliveries = found.slice(0, limit) as unknown as readonly WebhookDelivery[];
    return { deliveries, next: found.length > limit ? deliveries.at(-1)!.id : null };
  }

  /**
   * Sends a delivery again, in any state, with the full number of attempts.
   * @throws UnknownWebhookError, UnknownDeliveryError
   */
  async redeliver(id: string, deliveryId: string, scope: TaskScope | null = null): Promise<WebhookDelivery> {
    await this.get(id, scope);
    const isKnown = isRowId(deliveryId) && (await this.deliveriesOf.redeliver(id, deliveryId, 1)) > 0;
    const delivery = isKnown ? await this.deliveriesOf.find(id, deliveryId) : null;
    if (!delivery) throw new UnknownDeliveryError(id, deliveryId);
    return delivery as unknown as WebhookDelivery;
  }

  /**
   * Sends all failed deliveries again, with the full number of attempts. Returns how many there are.
   * @throws UnknownWebhookError
   */
  async redeliverFailed(id: string, scope: TaskScope | null = null): Promise<number> {
    await this.get(id, scope);
    let redelivered = 0;
    let some: number;
    do {
      some = await this.deliveriesOf.redeliver(id, null, REDELIVERED_AT_ONCE);
      redelivered += some;
    } while (some === REDELIVERED_AT_ONCE);
    return redelivered;
  }

  /** All webhooks are read in one answer, so a user who could create any number would block all others. */
  private async refuseIfTooLarge({ url, filter, description, scope = null }: Said, id: string | null): Promise<void> {
    const allowed = this.options.database.maxReadBytes;
    const own = WEBHOOK_BYTES + Buffer.byteLength(JSON.stringify([url, filter, description, scope]));
    const bytes = own + (await this.webhooks.bytesOfAll(id));
    if (bytes > allowed) throw new TooManyWebhooksError(allowed);
  }

  private get allowPrivate(): boolean {
    return this.options.webhooks.allowPrivateTargets;
  }
}

/** @throws InvalidScopeError */
function storedScope(scope: TaskScope | null): JsonObject | null {
  checkScope(scope);
  return scope && canonicalScope(scope);
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InvalidWebhookError(problems);
}
