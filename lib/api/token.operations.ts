import { NewApiTokenInput, RotateApiTokenInput } from '../auth/tokens/api-token.input.js';
import { operation } from './operation.js';

export const listApiTokens = operation(
  'listApiTokens',
  'GET /api_tokens',
  'tasker.api_token:index',
  'All API tokens, without their secrets. Tokens that have ended are kept for 90 days.',
);
export const createApiToken = operation(
  'createApiToken',
  'POST /api_tokens',
  'tasker.api_token:create',
  'Creates an API token, by which a machine authenticates. The answer includes its secret, which is not stored.',
  {
    input: NewApiTokenInput,
    example: { name: 'nightly import', userId: 'importer', roles: ['operator'], namespaces: ['ecommerce'] },
    answersSecret: true,
  },
);
export const rotateApiToken = operation(
  'rotateApiToken',
  'POST /api_tokens/:id/rotate',
  'tasker.api_token:update',
  'Replaces the secret of an API token. The answer includes the new one, and the present one stays valid for a while.',
  { input: RotateApiTokenInput, isInputOptional: true, example: { overlapSeconds: 3_600 }, answersSecret: true },
);
export const revokeApiToken = operation(
  'revokeApiToken',
  'DELETE /api_tokens/:id',
  'tasker.api_token:destroy',
  'Ends an API token at once.',
);
