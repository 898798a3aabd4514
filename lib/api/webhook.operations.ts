import { ChangeWebhookInput, NewWebhookInput } from './inputs.js';
import type { Operation } from './operation.js';

export const listWebhooks = {
  id: 'listWebhooks',
  route: 'GET /webhooks',
  permission: 'tasker.webhook:index',
  summary: 'All webhooks.',
} as const satisfies Operation;

export const createWebhook = {
  id: 'createWebhook',
  route: 'POST /webhooks',
  permission: 'tasker.webhook:create',
  summary:
    'Creates a webhook, which sends changes to a URL from now on. The answer includes the secret that signs its requests.',
  input: NewWebhookInput,
  example: { url: 'https://example.com/tasker', filter: { namespace: 'ecommerce', events: ['task.failed'] } },
} as const satisfies Operation;

export const getWebhook = {
  id: 'getWebhook',
  route: 'GET /webhooks/:id',
  permission: 'tasker.webhook:show',
  summary: 'A webhook, without its secret.',
} as const satisfies Operation;

export const changeWebhook = {
  id: 'changeWebhook',
  route: 'PATCH /webhooks/:id',
  permission: 'tasker.webhook:update',
  summary: 'Changes a webhook. Omitted fields keep their values.',
  input: ChangeWebhookInput,
  example: { isEnabled: false },
} as const satisfies Operation;

export const deleteWebhook = {
  id: 'deleteWebhook',
  route: 'DELETE /webhooks/:id',
  permission: 'tasker.webhook:destroy',
  summary: 'Removes a webhook with its deliveries.',
} as const satisfies Operation;

export const rotateWebhookSecret = {
  id: 'rotateWebhookSecret',
  route: 'POST /webhooks/:id/secret',
  permission: 'tasker.webhook:update',
  summary: 'Signs with a new secret from now on, and answers with it.',
} as const satisfies Operation;

export const listWebhookDeliveries = {
  id: 'listWebhookDeliveries',
  route: 'GET /webhooks/:id/deliveries',
  permission: 'tasker.webhook:show',
  summary: 'The deliveries of a webhook, the latest first. The failed ones are its dead letters.',
} as const satisfies Operation;

export const redeliver = {
  id: 'redeliver',
  route: 'POST /webhooks/:id/deliveries/:deliveryId/redeliver',
  permission: 'tasker.webhook:update',
  summary: 'Sends a delivery again, whatever its state.',
} as const satisfies Operation;

export const redeliverFailed = {
  id: 'redeliverFailed',
  route: 'POST /webhooks/:id/redeliver',
  permission: 'tasker.webhook:update',
  summary: 'Sends all failed deliveries of a webhook again.',
} as const satisfies Operation;
