import { ChangeWebhookInput, NewWebhookInput } from './inputs.js';
import { operation } from './operation.js';

export const listWebhooks = operation('listWebhooks', 'GET /webhooks', 'tasker.webhook:index', 'All webhooks.');
export const createWebhook = operation(
  'createWebhook',
  'POST /webhooks',
  'tasker.webhook:create',
  'Creates a webhook, which sends changes to a URL from now on. The answer includes the secret that signs its requests.',
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
  'Removes a webhook with its deliveries.',
);
export const rotateWebhookSecret = operation(
  'rotateWebhookSecret',
  'POST /webhooks/:id/secret',
  'tasker.webhook:update',
  'Signs with a new secret from now on, and answers with it.',
);
export const listWebhookDeliveries = operation(
  'listWebhookDeliveries',
  'GET /webhooks/:id/deliveries',
  'tasker.webhook:show',
  'The deliveries of a webhook, the latest first. The failed ones are its dead letters.',
);
export const redeliver = operation(
  'redeliver',
  'POST /webhooks/:id/deliveries/:deliveryId/redeliver',
  'tasker.webhook:update',
  'Sends a delivery again, whatever its state.',
);
export const redeliverFailed = operation(
  'redeliverFailed',
  'POST /webhooks/:id/redeliver',
  'tasker.webhook:update',
  'Sends all failed deliveries of a webhook again.',
);
