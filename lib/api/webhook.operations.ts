import { ChangeWebhookInput, NewWebhookInput } from './inputs.js';
import { operation } from './operation.js';

export const listWebhooks = operation('listWebhooks', 'GET /webhooks', 'tasker.webhook:index', 'All webhooks.');
export const createWebhook = operation(
  'createWebhook',
  'POST /webhooks',
  'tasker.webhook:create',
  'Creates a webhook, which sends all later changes to a URL. The answer includes the secret that signs the requests.',
  {
    input: NewWebhookInput,
    example: { url: 'https://example.com/tasker', filter: { namespace: 'ecommerce', events: ['task.failed'] } },
  },
);
export const getWebhook = operation(
  'getWebhook',
  'GET /webhooks/:id',
  'tasker.webhook:show',
  'A webhook, without its secret.',
);
export const changeWebhook = operation(
  'changeWebhook',
  'PATCH /webhooks/:id',
  'tasker.webhook:update',
  'Changes a webhook. Omitted fields keep their values.',
  { input: ChangeWebhookInput, example: { isEnabled: false } },
);
export const deleteWebhook = operation(
  'deleteWebhook',
  'DELETE /webhooks/:id',
  'tasker.webhook:destroy',
  'Deletes a webhook and its deliveries.',
);
export const rotateWebhookSecret = operation(
  'rotateWebhookSecret',
  'POST /webhooks/:id/secret',
  'tasker.webhook:update',
  'Replaces the secret that signs the requests of a webhook. The answer includes the new secret.',
);
export const listWebhookDeliveries = operation(
  'listWebhookDeliveries',
  'GET /webhooks/:id/deliveries',
  'tasker.webhook:show',
  'The deliveries of a webhook, latest first. Failed deliveries are the dead letters of the webhook.',
);
export const redeliver = operation(
  'redeliver',
  'POST /webhooks/:id/deliveries/:deliveryId/redeliver',
  'tasker.webhook:update',
  'Sends a delivery again, in any state.',
);
export const redeliverFailed = operation(
  'redeliverFailed',
  'POST /webhooks/:id/redeliver',
  'tasker.webhook:update',
  'Sends all failed deliveries of a webhook again.',
);
