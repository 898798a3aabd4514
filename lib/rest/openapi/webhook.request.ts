import { reference } from './schema.reference.js';

const header = (name: string, description: string): object => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
});

/** The POST request that the engine sends to receivers of webhooks. */
export const WEBHOOK_REQUESTS = {
  change: {
    post: {
      operationId: 'receiveChange',
      summary: 'Receives a committed change. Each change is sent at least once, in no particular order.',
      tags: ['Webhooks'],
      security: [],
      parameters: [
        header('webhook-id', 'The id of the message, the same for each attempt.'),
        header('webhook-timestamp', 'The time of the attempt, in seconds since 1970-01-01 UTC.'),
        header(
          'webhook-signature',
          '`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64. Its key is the decoded secret.',
        ),
      ],
      requestBody: { required: true, content: { 'application/json': { schema: reference('WebhookMessage') } } },
      responses: {
        '2XX': { description: 'The receiver has accepted the change.' },
        default: { description: 'The receiver has not accepted the change, which is sent again later.' },
      },
    },
  },
};
