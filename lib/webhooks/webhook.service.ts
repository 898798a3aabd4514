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

/** In one statement; each is a row that is written. */
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
   * It is told of the changes that commit after this, also where their transaction began before. The only answer, but for
   * that of `rotateSecret`, that has the secret.
   *
   * @param scope kept with the webhook, and checked when a change is read and again before it is sent; null: every task
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
   * The oldest first.
   * @throws AnswerTooLargeError where the option `database.maxReadBytes` was larger when they were created
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
   * What is left out stays, and so does the scope that it was created with. While it is disabled, nothing is sent: what was still to be sent waits, what changes meanwhile it
   * is never told of.
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
      await this.refuseIfTooLarge({ url, filter: filter as JsonObject, description }, id);
    }
    const isKnown = await this.webhooks.change(id, normalised as WebhookChanges & { filter?: JsonObject });
    if (!isKnown) throw new UnknownWebhookError(id);
    return this.get(id);
  }

  /**
   * With its deliveries; one that is under way may still arrive.
   * @throws UnknownWebhookError
   */
  async remove(id: string, scope: TaskScope | null = null): Promise<void> {
    await this.get(id, scope);
    if (!(await this.webhooks.remove(id))) throw new UnknownWebhookError(id);
  }

  /**
   * What is sent from now on is signed with a new secret.
   * @throws UnknownWebhookError
   */
  async rotateSecret(id: string, scope: TaskScope | null = null): Promise<WebhookWithSecret> {
    const secret = newSecret();
    await this.get(id, scope);
    if (!(await this.webhooks.setSecret(id, secret))) throw new UnknownWebhookError(id);
    return { ...(await this.get(id)), secret };
  }

  /**
   * A page of what it was told, the latest first. Those that failed are its dead letters.
   * @throws InvalidWebhookError, UnknownWebhookError
   */
  async deliveries(id: string, request: DeliveryRequest = {}, scope: TaskScope | null = null): Promise<DeliveryPage> {
    refuse(deliveryRequestProblems(request));
    await this.get(id, scope);
    const { state = null, after = null } = request;
    const limit = this.deliveriesOf.roomFor(request.limit ?? PAGE_BOUNDS.default);
    const found = await this.deliveriesOf.list(id, state, after, limit + 1); // one more, to know whether there is more
    const deliveries = found.slice(0, limit) as unknown as readonly WebhookDelivery[];
    return { deliveries, next: found.length > limit ? deliveries.at(-1)!.id : null };
  }

  /**
   * Sends it again, whatever became of it, with all attempts before it.
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
   * Sends again what failed, with all attempts before it. Answers how many deliveries that are.
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

  /** One who could create any number would stop all others: what webhooks say is read as a whole. */
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
