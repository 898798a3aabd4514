import { Body, Delete, Get, HttpCode, HttpStatus, Inject, Patch, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ChangeWebhookInput, NewWebhookInput } from '../api/inputs.js';
import { Granted, type Grant } from '../auth/grant.js';
import { referenceFrom, targetOf } from '../auth/request.target.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import type { NewWebhook, WebhookChanges, WebhookDetails, WebhookWithSecret } from '../webhooks/webhook.js';
import { WebhookService } from '../webhooks/webhook.service.js';
import { BodyPipe } from './body.pipe.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

export interface WebhookListDocument {
  readonly webhooks: readonly WebhookDetails[];
}

/** Keeps whom to tell of changes. */
@TaskerController('webhooks')
export class WebhooksController {
  constructor(
    @Inject(WebhookService) private readonly webhooks: Scoped<WebhookService>,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get()
  @RequirePermission('tasker.webhook:index')
  async list(@Granted() { scope }: Grant): Promise<WebhookListDocument> {
    return { webhooks: await this.webhooks.list(scope) };
  }

  @Post()
  @RequirePermission('tasker.webhook:create')
  async create(
    @Body(new BodyPipe(NewWebhookInput)) body: NewWebhook,
    @Granted() { scope }: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<WebhookWithSecret> {
    const created = await this.webhooks.create(body, scope);
    const { httpAdapter } = this.host;
    httpAdapter.setHeader(response, 'Location', referenceFrom(targetOf(httpAdapter, request).path, 0, created.id));
    return created;
  }

  @Get(':id')
  @RequirePermission('tasker.webhook:show')
  show(@RowId('id') id: string, @Granted() { scope }: Grant): Promise<WebhookDetails> {
    return this.webhooks.get(id, scope);
  }

  @Patch(':id')
  @RequirePermission('tasker.webhook:update')
  change(
    @RowId('id') id: string,
    @Body(new BodyPipe(ChangeWebhookInput)) body: WebhookChanges,
    @Granted() { scope }: Grant,
  ): Promise<WebhookDetails> {
    return this.webhooks.change(id, body, scope);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequirePermission('tasker.webhook:destroy')
  remove(@RowId('id') id: string, @Granted() { scope }: Grant): Promise<void> {
    return this.webhooks.remove(id, scope);
  }

  @Post(':id/secret')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.webhook:update')
  rotateSecret(@RowId('id') id: string, @Granted() { scope }: Grant): Promise<WebhookWithSecret> {
    return this.webhooks.rotateSecret(id, scope);
  }
}
