import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type request from 'supertest';
import { documentedOperations, type DocumentedOperation } from '../support/documented.operations.js';
import { startFullShop, type FullShop } from '../support/full.shop.js';
import { validAsking, type Asking } from '../support/asking.js';
import { REFUSALS, USED_KEY } from '../support/refused.requests.js';

const OPERATIONS = documentedOperations();
const STATUSES = [...new Set(OPERATIONS.flatMap(({ errors }) => [...errors.keys()]))].sort();

/** Why, by the code. Other tests see to them. */
const UNPROVOKED = {
  TASKER_CONTEXT_TOO_LARGE: 'needs a body larger than bodies may be, where the budget of a claim is what it usually is',
  TASKER_ANSWER_TOO_LARGE:
    'needs a history of tens of thousands of transitions, where the budget is what it usually is',
  TASKER_TOO_MANY_WEBHOOKS: 'needs thousands of webhooks, where the budget is what it usually is',
  TASKER_TOO_MANY_API_TOKENS: 'needs thousands of tokens, where the budget is what it usually is',
  TASKER_AUDIT_VERIFICATION_IN_PROGRESS: 'needs a verification that takes long',
  TASKER_RELEASED_MANAGER: 'is for code that hands over a manager of its own',
  TASKER_UNAVAILABLE_TEMPLATE: 'needs workers with other templates than those of the process that is asked',
  TASKER_INVALID_SCOPE: 'needs an authorization coordinator that answers with a scope that is none',
  TASKER_INVALID_USER: 'needs an authenticator whose user has no id',
  TASKER_API_CLOSED: 'needs NODE_ENV=production',
  TASKER_AUTH_UNAVAILABLE: 'needs an authenticator that asks another service',
  TASKER_DATA_KEY_UNAVAILABLE: 'needs encrypted values, and a provider of keys that is down',
  TASKER_UNREADABLE_SENSITIVE_DATA: 'needs encrypted values, and a key that is gone',
  TASKER_QUERY_LIMIT: 'is of GraphQL',
  TASKER_TOO_MANY_SUBSCRIPTIONS: 'is of GraphQL',
  TASKER_FOREIGN_ORIGIN: 'is of GraphQL, over a WebSocket',
  TASKER_SUBSCRIPTION_OVER_HTTP: 'is of GraphQL',
  TASKER_MISSING_REQUEST: 'is of GraphQL, in an API whose context lacks the request',
  TASKER_UNKNOWN_NAMED_TASK: 'needs a template that is deleted from the database while the process runs',
  TASKER_SHUTTING_DOWN: 'is for listeners in code: others are asked to come back',
  TASKER_INVALID_TASK_HANDLER_ANSWER: 'needs a task handler, and a wrong one; the sample application has none',
  TASKER_MISSING_PERMISSION: 'needs a route of ours that names no permission; there is none',
} as const;

/** Why, by the operation and its status. Other tests see to them. */
const UNPROVOKED_STATUSES = {
  'checkLiveness 503': 'needs a database that is silent for longer than statements may take',
  'listWebhooks 422': 'needs thousands of webhooks, where the budget of an answer is what it usually is',
  'createWebhook 422': 'needs thousands of webhooks, where the budget of an answer is what it usually is',
  'changeWebhook 422': 'needs thousands of webhooks, where the budget of an answer is what it usually is',
  'listApiTokens 422': 'needs thousands of tokens, where the budget of an answer is what it usually is',
  'createApiToken 422': 'needs thousands of tokens, where the budget of an answer is what it usually is',
  'listAuditEntries 422': 'needs large entries, where the budget of an answer is what it usually is',
  'listQueues 422': 'needs hundreds of thousands of queues, where the budget of an answer is what it usually is',
} as const;

describe('the errors that the sample application answers with', () => {
  let shop: FullShop;
  beforeAll(async () => {
    shop = await startFullShop(USED_KEY);
  }, 30_000);
  afterAll(() => shop.close());

  function ask({ verb, path }: DocumentedOperation, asking: Asking): request.Test {
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => asking.path[name]!);
    const asked = shop.http()[verb](url).query(asking.query);
    if (asking.body !== undefined) void asked.type('json').send(asking.body as string | object);
    return asked.set({ ...(asking.user !== null && { 'X-User': asking.user }), ...asking.headers });
  }

  it.each(REFUSALS)('$status $code: $why', async ({ status, code, of, spoil, amid = (_, work) => work() }) => {
    const operations = OPERATIONS.filter(of);
    expect(operations).not.toHaveLength(0);
    let answers: unknown[] = [];
    await amid(shop, async () => {
      answers = await Promise.all(
        operations.map(async (operation) => {
          const valid = validAsking(operation, shop);
          const answer = await ask(operation, { ...valid, ...spoil(valid, shop) });
          const problem = code !== null && { code: answer.body.code, says: answer.body.status };
          const isDocumented = operation.errors.get(status)!.split(',').includes(answer.type);
          return { id: operation.id, status: answer.status, type: answer.type, isDocumented, ...problem };
        }),
      );
    });
    const type = code === null ? 'application/json' : 'application/problem+json';
    const problem = code !== null && { code, says: status };
    expect(answers).toEqual(operations.map(({ id }) => ({ id, status, type, isDocumented: true, ...problem })));
  });

  it('are provoked from each operation that documents them and can be brought to them, and from no other', () => {
    const documented = OPERATIONS.flatMap(({ id, errors }) => [...errors.keys()].map((status) => `${id} ${status}`));
    const provoked = REFUSALS.flatMap(({ status, of }) => OPERATIONS.filter(of).map(({ id }) => `${id} ${status}`));
    const expected = [...new Set(provoked), ...Object.keys(UNPROVOKED_STATUSES)];
    expect(expected.toSorted()).toEqual(documented.toSorted());
  });

  it('are the statuses that are documented, and no others', () => {
    expect([...new Set(REFUSALS.map(({ status }) => status))].sort()).toEqual(STATUSES);
  });

  it('are the codes of docs/errors.md, but for those that this application cannot be brought to', () => {
    const codes = REFUSALS.map(({ code }) => code).filter((code) => code?.startsWith('TASKER_'));
    expect([...new Set([...codes, ...Object.keys(UNPROVOKED)])].sort()).toEqual(refusedCodes().sort());
  });
});

/** Codes of refused requests, as they are documented. */
function refusedCodes(): string[] {
  const [, chapter] = /## Refused requests(.*?)\n## /s.exec(readFileSync('docs/errors.md', 'utf8')) ?? [];
  return [...chapter!.matchAll(/^\| `\w+` +\| `(\w+)`/gm)].map(([, code]) => code!);
}
