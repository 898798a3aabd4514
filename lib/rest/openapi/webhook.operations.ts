import { DELIVERY_STATES } from '../../webhooks/webhook.js';
import { PAGE_BOUNDS } from '../../workflow/list.bounds.js';
import { WebhookDeliveriesController } from '../webhook-deliveries.controller.js';
import { WebhooksController } from '../webhooks.controller.js';
import type { Operations } from './operation.js';

const HOOK = { url: 'https://example.com/tasker', filter: { namespace: 'ecommerce', events: ['task.failed'] } };

export const WEBHOOK_OPERATIONS: readonly Operations[] = [
  {
    controller: WebhooksController,
    tag: 'Webhooks',
    methods: {
      list: {
        id: 'listWebhooks',
        summary: 'All webhooks.',
        answers: { 200: { schema: 'WebhookListDocument' } },
        problems: [422],
      },
      create: {
        id: 'createWebhook',
        summary:
          'Creates a webhook, which sends changes to a URL from now on. The answer includes the secret that signs its requests.',
        body: { schema: 'NewWebhookInput', example: HOOK },
        locates: true,
        answers: { 201: { schema: 'WebhookWithSecret' } },
        problems: [409, 422],
      },
      show: {
        id: 'getWebhook',
        summary: 'A webhook, without its secret.',
        answers: { 200: { schema: 'WebhookDetails' } },
        problems: [404],
      },
      change: {
        id: 'updateWebhook',
        summary: 'Changes a webhook. Fields that are left out keep their values.',
        body: { schema: 'ChangeWebhookInput', example: { isEnabled: false } },
        answers: { 200: { schema: 'WebhookDetails' } },
        problems: [404, 422],
      },
      remove: {
        id: 'deleteWebhook',
        summary: 'Removes a webhook with its deliveries.',
        answers: { 204: { schema: null } },
        problems: [404],
      },
      rotateSecret: {
        id: 'rotateWebhookSecret',
        summary: 'Signs with a new secret from now on, and answers with it.',
        answers: { 200: { schema: 'WebhookWithSecret' } },
        problems: [404, 409],
      },
    },
  },
  {
    controller: WebhookDeliveriesController,
    tag: 'Webhooks',
    methods: {
      list: {
        id: 'listWebhookDeliveries',
        summary: 'The deliveries of a webhook, the latest first. The failed ones are its dead letters.',
        query: {
          state: { kind: 'text', description: 'Only those in this state.', values: DELIVERY_STATES },
          after: { kind: 'text', description: 'A cursor: the page after it.' },
          limit: { kind: 'number', description: 'Deliveries on a page.', bounds: PAGE_BOUNDS },
        },
        isPaged: true,
        answers: { 200: { schema: 'WebhookDeliveryListDocument' } },
        problems: [404],
      },
      redeliver: {
        id: 'redeliver',
        summary: 'Sends a delivery again, whatever its state.',
        answers: { 200: { schema: 'WebhookDelivery' } },
        problems: [404, 409],
      },
      redeliverFailed: {
        id: 'redeliverFailed',
        summary: 'Sends all failed deliveries of a webhook again.',
        answers: { 200: { schema: 'RedeliveryDocument' } },
        problems: [404, 409],
      },
    },
  },
];
