import { Inject } from '@nestjs/common';
import { listWebhookDeliveries, redeliver, redeliverFailed } from '../api/webhook.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import { DELIVERY_STATES, type DeliveryRequest, type WebhookDelivery } from '../webhooks/webhook.js';
import { WebhookService } from '../webhooks/webhook.service.js';
import { PAGE_BOUNDS } from '../workflow/list.bounds.js';
import { QueryBy, type QueryOf } from './query.pipe.js';
import { Called, type RouteCall } from './route.call.js';
import { Route } from './route.decorator.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

const DELIVERY_QUERY = {
  state: { kind: 'text', description: 'Selects deliveries in this state.', values: DELIVERY_STATES },
  after: { kind: 'text', description: 'A cursor. Selects the page after it.' },
  limit: { kind: 'number', description: 'The number of deliveries on a page.', bounds: PAGE_BOUNDS },
} as const;

export interface WebhookDeliveryListDocument {
  readonly deliveries: readonly WebhookDelivery[];
  /** The cursor for the parameter `after` of the next page. Null on the last page. */
  readonly page: { readonly next: string | null };
}

export interface RedeliveryDocument {
  /** The number of deliveries that will be sent again. */
  readonly redelivered: number;
}

/** The deliveries of a webhook. Failed deliveries are its dead letters. */
@TaskerController('Webhooks')
export class WebhookDeliveriesController {
  constructor(@Inject(WebhookService) private readonly webhooks: Scoped<WebhookService>) {}

  @Route(listWebhookDeliveries, { answers: { 200: 'WebhookDeliveryListDocument' }, problems: [404], isPaged: true })
  async list(
    @RowId('id') id: string,
    @QueryBy(DELIVERY_QUERY) query: QueryOf<typeof DELIVERY_QUERY>,
    @Called() call: RouteCall,
  ): Promise<WebhookDeliveryListDocument> {
    const { deliveries, next } = await this.webhooks.deliveries(id, query as DeliveryRequest, call.grant.scope);
    call.link({ next, previous: null });
    return { deliveries, page: { next } };
  }

  @Route(redeliver, { answers: { 200: 'WebhookDelivery' }, problems: [404, 409] })
  redeliver(
    @RowId('id') id: string,
    @RowId('deliveryId') deliveryId: string,
    @Granted() { scope }: Grant,
  ): Promise<WebhookDelivery> {
    return this.webhooks.redeliver(id, deliveryId, scope);
  }

  @Route(redeliverFailed, { answers: { 200: 'RedeliveryDocument' }, problems: [404, 409] })
  async redeliverFailed(@RowId('id') id: string, @Granted() { scope }: Grant): Promise<RedeliveryDocument> {
    return { redelivered: await this.webhooks.redeliverFailed(id, scope) };
  }
}
