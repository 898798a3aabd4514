import {
  asUser,
  filteredBy,
  inBody,
  inHeaders,
  inPath,
  inQuery,
  NOTHING,
  startingWith,
  type Spoiling,
} from './asking.js';
import {
  amidEqualRequest,
  amidGuesses,
  amidListenersOf,
  amidLockedTasks,
  amidNoDatabase,
  EQUAL,
  GUESSER,
  type Trouble,
} from './full.shop.js';
import {
  below,
  changing,
  either,
  guarded,
  listing,
  ofStep,
  ofTask,
  on,
  starting,
  withBody,
  withHeader,
  withQuery,
  type Kind,
} from './operation.kinds.js';

/** One way in which operations refuse a request. */
export interface Refusal {
  readonly status: number;
  /** Of the problem document; null: the answer is that of a success, with another status. */
  readonly code: string | null;
  readonly why: string;
  readonly of: Kind;
  /** What is different from a request that the operation might carry out. */
  readonly spoil: Spoiling;
  /** What has to be going on meanwhile. */
  readonly amid?: Trouble;
}

/** A key with which the shop carried out a request of its own. */
export const USED_KEY = 'used';

/** More than a body may have; in bytes. */
const TOO_LARGE = 200_000;

const MALFORMED: readonly Omit<Refusal, 'status'>[] = [
  { why: 'a body that is no JSON', code: 'BAD_REQUEST', of: guarded, spoil: () => ({ body: '{' }) },
  { why: 'a body that is no object', code: 'TASKER_INVALID_BODY', of: withBody, spoil: () => ({ body: '[]' }) },
  { why: 'an unknown field', code: 'TASKER_INVALID_BODY', of: withBody, spoil: inBody({ colour: 'red' }) },
  { why: 'an unknown parameter', code: 'TASKER_INVALID_QUERY', of: withQuery, spoil: inQuery({ colour: 'red' }) },
  {
    why: 'an id that can be none',
    code: 'TASKER_INVALID_ID',
    of: either(ofTask, either(on('getStepById'), below('/webhooks/{'))),
    spoil: ({ path }) => ({ path: { ...path, ['taskId' in path ? 'taskId' : 'id']: '12abc' } }),
  },
  {
    why: 'a key that cannot be read',
    code: 'TASKER_INVALID_HEADER',
    of: withHeader('Idempotency-Key'),
    spoil: inHeaders({ 'Idempotency-Key': 'a b' }),
  },
  {
    why: 'a tag that is none of ours',
    code: 'TASKER_INVALID_HEADER',
    of: withHeader('If-Match'),
    spoil: inHeaders({ 'If-Match': '"a"' }),
  },
  {
    why: 'somebody else who acts',
    code: 'TASKER_FOREIGN_ACTOR',
    of: ({ body }) => body !== undefined && 'actor' in body,
    spoil: inBody({ actor: 'ben' }),
  },
  {
    why: 'what cannot be started',
    code: 'TASKER_INVALID_START_REQUEST',
    of: starting,
    spoil: startingWith({ priority: 1e6 }),
  },
  {
    why: 'a context that does not fit',
    code: 'TASKER_INVALID_CONTEXT',
    of: starting,
    spoil: startingWith({ context: {} }),
  },
  {
    why: 'attempts that cannot be had',
    code: 'TASKER_INVALID_ACTION',
    of: on('retryTask', 'retryStep'),
    spoil: inBody({ attempts: 0 }),
  },
  {
    why: 'a page without tasks',
    code: 'TASKER_INVALID_LIST_REQUEST',
    of: on('listTasks', 'listDeadLetters'),
    spoil: inQuery({ limit: '0' }),
  },
  {
    why: 'a path into the context that is none',
    code: 'TASKER_INVALID_CONTEXT_PATH',
    of: listing,
    spoil: filteredBy({ contextPath: '$ is' }),
  },
  {
    why: 'a period without hours',
    code: 'TASKER_INVALID_ANALYTICS_REQUEST',
    of: on('getBottlenecks'),
    spoil: inQuery({ period: '0' }),
  },
  {
    why: 'a position that is none',
    code: 'TASKER_INVALID_CHANGE_REQUEST',
    of: on('followChanges', 'followTask'),
    spoil: inQuery({ after: 'x' }),
  },
  {
    why: 'a target that cannot be',
    code: 'TASKER_INVALID_WEBHOOK',
    of: on('createWebhook', 'changeWebhook'),
    spoil: inBody({ url: 'ftp://example.com' }),
  },
  {
    why: 'a category that no event has',
    code: 'TASKER_INVALID_EVENT_REQUEST',
    of: on('listEventKinds'),
    spoil: inQuery({ categories: 'tasks' }),
  },
  {
    why: 'an empty page of the audit log',
    code: 'TASKER_INVALID_AUDIT_REQUEST',
    of: on('listAuditEntries'),
    spoil: inQuery({ limit: '0' }),
  },
  {
    why: 'a token without a name',
    code: 'TASKER_INVALID_API_TOKEN',
    of: on('createApiToken'),
    spoil: inBody({ name: '' }),
  },
  {
    why: 'a secret that stays valid for too long',
    code: 'TASKER_INVALID_API_TOKEN',
    of: on('rotateApiToken'),
    spoil: inBody({ overlapSeconds: 1e6 }),
  },
  {
    why: 'a key for an answer that is not kept',
    code: 'TASKER_INVALID_HEADER',
    of: on('createApiToken', 'rotateApiToken'),
    spoil: inHeaders({ 'Idempotency-Key': 'a' }),
  },
];

const NOT_FOUND: readonly Omit<Refusal, 'status'>[] = [
  { why: 'an unknown task', code: 'TASKER_UNKNOWN_TASK', of: ofTask, spoil: inPath('taskId', 'id') },
  { why: 'an unknown step', code: 'TASKER_UNKNOWN_STEP', of: either(ofStep, on('getStepById')), spoil: inPath('id') },
  { why: 'an unknown webhook', code: 'TASKER_UNKNOWN_WEBHOOK', of: below('/webhooks/{'), spoil: inPath('id') },
  { why: 'an unknown token', code: 'TASKER_UNKNOWN_API_TOKEN', of: below('/api_tokens/{'), spoil: inPath('id') },
  { why: 'an unknown delivery', code: 'TASKER_UNKNOWN_DELIVERY', of: on('redeliver'), spoil: inPath('deliveryId') },
  {
    why: 'an unknown namespace',
    code: 'TASKER_UNKNOWN_NAMESPACE',
    of: either(below('/templates/{'), below('/handlers/{')),
    spoil: inPath('namespace'),
  },
  {
    why: 'an unknown template',
    code: 'TASKER_UNKNOWN_TEMPLATE',
    of: on('getTemplate', 'getHandler'),
    spoil: inPath('name'),
  },
  {
    why: 'an unknown template to start',
    code: 'TASKER_UNKNOWN_TEMPLATE',
    of: starting,
    spoil: startingWith({ name: NOTHING }),
  },
];

/** By status and code. */
export const REFUSALS: readonly Refusal[] = [
  ...MALFORMED.map((refusal) => ({ status: 400, ...refusal })),
  { status: 401, code: 'TASKER_UNAUTHENTICATED', why: 'nobody who asks', of: guarded, spoil: asUser(null) },
  { status: 403, code: 'TASKER_FORBIDDEN', why: 'a user without permissions', of: guarded, spoil: asUser('stranger') },
  {
    status: 403,
    code: 'TASKER_API_TOKEN_EXCEEDS_USER',
    why: 'a token that may do more than the user',
    of: on('createApiToken'),
    spoil: asUser('viewer'),
  },
  ...NOT_FOUND.map((refusal) => ({ status: 404, ...refusal })),
  {
    status: 409,
    code: 'TASKER_IDEMPOTENCY_KEY_REUSED',
    why: 'the key of another request',
    of: withHeader('Idempotency-Key'),
    spoil: inHeaders({ 'Idempotency-Key': USED_KEY }),
  },
  {
    status: 409,
    code: 'TASKER_REQUEST_IN_PROGRESS',
    why: 'what is being carried out already',
    of: on('annotateTask'),
    spoil: () => EQUAL,
    amid: amidEqualRequest,
  },
  {
    status: 409,
    code: 'TASKER_ACTION_REFUSED',
    why: 'what a finished task does not permit',
    of: changing,
    spoil: ({ path }, { complete }) => ({
      path: 'taskId' in path ? { taskId: complete, id: 'validate_cart' } : { id: complete },
    }),
  },
  {
    status: 409,
    code: 'TASKER_ACTION_REFUSED',
    why: 'another run, or the erasure, of what has not ended',
    of: on('rerunTask', 'eraseTask'),
    spoil: () => ({ body: {} }),
  },
  {
    status: 409,
    code: 'TASKER_ENDED_API_TOKEN',
    why: 'a token that was revoked',
    of: on('rotateApiToken'),
    spoil: (_, { revoked }) => ({ path: { id: revoked } }),
  },
  {
    status: 412,
    code: 'TASKER_STALE_REVISION',
    why: 'the tag of an earlier revision',
    of: withHeader('If-Match'),
    spoil: inHeaders({ 'If-Match': '"1.a"' }),
  },
  {
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
    why: 'a body that is too large',
    of: withBody,
    spoil: () => ({ body: JSON.stringify({ text: 'x'.repeat(TOO_LARGE) }) }),
  },
  {
    status: 415,
    code: 'TASKER_UNSUPPORTED_MEDIA_TYPE',
    why: 'the body of a form',
    of: withBody,
    spoil: () => ({ headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'name=checkout' }),
  },
  {
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    why: 'a body in letters that nobody reads',
    of: withBody,
    spoil: inHeaders({ 'Content-Type': 'application/json; charset=ebcdic' }),
  },
  {
    status: 422,
    code: 'TASKER_SLOW_LIST',
    why: 'tasks that are not found in time',
    of: listing,
    spoil: filteredBy({ contextPath: '$.priority' }),
    amid: amidLockedTasks,
  },
  {
    status: 429,
    code: 'TASKER_TOO_MANY_UNFINISHED_TASKS',
    why: 'as many unfinished tasks as there may be',
    of: starting,
    spoil: () => ({}),
  },
  {
    status: 429,
    code: 'TASKER_RATE_LIMITED',
    why: 'an address from which too many authentications failed',
    of: guarded,
    spoil: ({ headers }) => ({ user: null, headers: { ...headers, ...GUESSER } }),
    amid: amidGuesses,
  },
  {
    status: 429,
    code: 'TASKER_TOO_MANY_LISTENERS_OF_USER',
    why: 'as many listeners of the user as there may be',
    of: on('followChanges', 'followTask'),
    spoil: () => ({}),
    amid: amidListenersOf('ann'),
  },
  {
    status: 500,
    code: 'INTERNAL_SERVER_ERROR',
    why: 'users who cannot be looked up',
    of: guarded,
    spoil: asUser('outage'),
  },
  {
    status: 503,
    code: 'TASKER_DATABASE_UNAVAILABLE',
    why: 'users in a database that is away',
    of: guarded,
    spoil: asUser('away'),
  },
  {
    status: 503,
    code: 'TASKER_DATABASE_UNAVAILABLE',
    why: 'a database that is away',
    of: on('listTasks', 'getTask', 'changeTask', 'cancelTask', 'listWorkers', 'createWebhook', 'getStatus'),
    spoil: () => ({}),
    amid: amidNoDatabase,
  },
  {
    status: 503,
    code: 'TASKER_TOO_MANY_LISTENERS',
    why: 'as many listeners as there may be',
    of: on('followChanges', 'followTask'),
    spoil: () => ({}),
    amid: amidListenersOf('ann', 'bob'),
  },
  { status: 503, code: null, why: 'more failures than not', of: on('getStatus'), spoil: () => ({}) },
  {
    status: 503,
    code: null,
    why: 'a database that is gone',
    of: on('checkReadiness'),
    spoil: () => ({}),
    amid: amidNoDatabase,
  },
];
