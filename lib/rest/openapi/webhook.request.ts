import { reference } from './schema.reference.js';

const header = (name: string, description: string): object => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
});

/** What we ask of others: the POST that receivers of webhooks get. */
export const WEBHOOK_REQUESTS = {
  change: {
    post: {
      operationId: 'receiveChange',
      summary: 'A change that was committed; at least once, and in no order.',
      tags: ['Webhooks'],
      security: [],
      parameters: [
        header('webhook-id', 'The same at each attempt.'),
        header('webhook-timestamp', 'When it was sent, in seconds since 1970.'),
        header('webhook-signature', '`v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body` by the secret.'),
      ],
      requestBody: { required: true, content: { 'application/json': { schema: reference('WebhookMessage') } } },
      responses: {
        '2XX': { description: 'The receiver has accepted the change.' },
        default: { description: 'Any other status: the change is sent again later.' },
      },
    },
  },
};
