import { Inject } from '@nestjs/common';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  rotateWebhookSecret,
} from '../api/webhook.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import type { NewWebhook, WebhookChanges, WebhookDetails, WebhookWithSecret } from '../webhooks/webhook.js';
import { WebhookService } from '../webhooks/webhook.service.js';
import { Called, type RouteCall } from './route.call.js';
import { BodyOf, Route } from './route.decorator.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

export interface WebhookListDocument {
  readonly webhooks: readonly WebhookDetails[];
}

/** Creates, lists, shows, changes and deletes webhooks. */
@TaskerController('Webhooks')
export class WebhooksController {
  constructor(@Inject(WebhookService) private readonly webhooks: Scoped<WebhookService>) {}

  @Route(listWebhooks, { answers: { 200: 'WebhookListDocument' }, problems: [422] })
  async list(@Granted() { scope }: Grant): Promise<WebhookListDocument> {
    return { webhooks: await this.webhooks.list(scope) };
  }

  @Route(createWebhook, { answers: { 201: 'WebhookWithSecret' }, problems: [409, 422], locates: true })
  async create(@BodyOf(createWebhook) body: NewWebhook, @Called() call: RouteCall): Promise<WebhookWithSecret> {
    const created = await this.webhooks.create(body, call.grant.scope);
    call.locate(created);
    return created;
  }

  @Route(getWebhook, { answers: { 200: 'WebhookDetails' }, problems: [404] })
  show(@RowId('id') id: string, @Granted() { scope }: Grant): Promise<WebhookDetails> {
    return this.webhooks.get(id, scope);
  }

  @Route(changeWebhook, { answers: { 200: 'WebhookDetails' }, problems: [404, 422] })
  change(
    @RowId('id') id: string,
    @BodyOf(changeWebhook) body: WebhookChanges,
    @Granted() { scope }: Grant,
  ): Promise<WebhookDetails> {
    return this.webhooks.change(id, body, scope);
  }

  @Route(deleteWebhook, { answers: { 204: null }, problems: [404] })
  remove(@RowId('id') id: string, @Granted() { scope }: Grant): Promise<void> {
    return this.webhooks.remove(id, scope);
  }

  @Route(rotateWebhookSecret, { answers: { 200: 'WebhookWithSecret' }, problems: [404, 409] })
  rotateSecret(@RowId('id') id: string, @Granted() { scope }: Grant): Promise<WebhookWithSecret> {
    return this.webhooks.rotateSecret(id, scope);
  }
}
