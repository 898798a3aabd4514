import { Get, HttpCode, Inject, HttpStatus, Post, Query, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Granted, type Grant } from '../auth/grant.js';
import { targetOf } from '../auth/request.target.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import type { DeliveryRequest, WebhookDelivery } from '../webhooks/webhook.js';
import { WebhookService } from '../webhooks/webhook.service.js';
import { linksOf } from './page.links.js';
import { QueryPipe, type QueryOf } from './query.pipe.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

export const DELIVERY_PARAMETERS = { state: 'text', after: 'text', limit: 'number' } as const;

export interface WebhookDeliveryListDocument {
  readonly deliveries: readonly WebhookDelivery[];
  /** What to give as `after` to go on; null: there is no more. */
  readonly page: { readonly next: string | null };
}

export interface RedeliveryDocument {
  /** So many deliveries will be made again. */
  readonly redelivered: number;
}

/** What became of the deliveries of a webhook; those that failed are its dead letters. */
@TaskerController('webhooks/:id')
export class WebhookDeliveriesController {
  constructor(
    @Inject(WebhookService) private readonly webhooks: Scoped<WebhookService>,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get('deliveries')
  @RequirePermission('tasker.webhook:show')
  async list(
    @RowId('id') id: string,
    @Query(new QueryPipe(DELIVERY_PARAMETERS)) query: QueryOf<typeof DELIVERY_PARAMETERS>,
    @Granted() { scope }: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<WebhookDeliveryListDocument> {
    const { deliveries, next } = await this.webhooks.deliveries(id, query as DeliveryRequest, scope);
    const links = linksOf(targetOf(this.host.httpAdapter, request).query, { next, previous: null });
    if (links !== '') this.host.httpAdapter.setHeader(response, 'Link', links);
    return { deliveries, page: { next } };
  }

  @Post('deliveries/:deliveryId/redeliver')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.webhook:update')
  redeliver(
    @RowId('id') id: string,
    @RowId('deliveryId') deliveryId: string,
    @Granted() { scope }: Grant,
  ): Promise<WebhookDelivery> {
    return this.webhooks.redeliver(id, deliveryId, scope);
  }

  /** All that failed. */
  @Post('redeliver')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.webhook:update')
  async redeliverFailed(@RowId('id') id: string, @Granted() { scope }: Grant): Promise<RedeliveryDocument> {
    return { redelivered: await this.webhooks.redeliverFailed(id, scope) };
  }
}
