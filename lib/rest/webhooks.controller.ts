import { Body, Delete, Get, HttpCode, HttpStatus, Patch, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ChangeWebhookInput, NewWebhookInput } from '../api/inputs.js';
import { referenceFrom, targetOf } from '../auth/request.target.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
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
    private readonly webhooks: WebhookService,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get()
  @RequirePermission('tasker.webhook:index')
  async list(): Promise<WebhookListDocument> {
    return { webhooks: await this.webhooks.list() };
  }

  @Post()
  @RequirePermission('tasker.webhook:create')
  async create(
    @Body(new BodyPipe(NewWebhookInput)) body: NewWebhook,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<WebhookWithSecret> {
    const created = await this.webhooks.create(body);
    const { httpAdapter } = this.host;
    httpAdapter.setHeader(response, 'Location', referenceFrom(targetOf(httpAdapter, request).path, 0, created.id));
    return created;
  }

  @Get(':id')
  @RequirePermission('tasker.webhook:show')
  show(@RowId('id') id: string): Promise<WebhookDetails> {
    return this.webhooks.get(id);
  }

  @Patch(':id')
  @RequirePermission('tasker.webhook:update')
  change(
    @RowId('id') id: string,
    @Body(new BodyPipe(ChangeWebhookInput)) body: WebhookChanges,
  ): Promise<WebhookDetails> {
    return this.webhooks.change(id, body);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequirePermission('tasker.webhook:destroy')
  remove(@RowId('id') id: string): Promise<void> {
    return this.webhooks.remove(id);
  }

  @Post(':id/secret')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.webhook:update')
  rotateSecret(@RowId('id') id: string): Promise<WebhookWithSecret> {
    return this.webhooks.rotateSecret(id);
  }
}
