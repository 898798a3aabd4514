import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, request as send } from 'undici';
import type { TaskerUser } from 'nestjs-tasker';
import { startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';

/** Everybody has the roles that the header says. */
const users = {
  authenticate: ({ headers }: { headers: Readonly<Record<string, string | undefined>> }): TaskerUser | null =>
    headers.user ? { id: headers.user, roles: [headers.user] } : null,
};

const ROLES = {
  lister: { permissions: ['tasker.task:index'] },
  updater: { permissions: ['tasker.task:update'] },
} as const;

interface Attempt {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: object;
}

const CANCEL = 'cancelTask(input: { taskId: $id }) { changed }';
const hold = (taskId: string): string => `holdTask(input: { taskId: "${taskId}" }) { changed }`;

/** Texts from which a search for names of operations learns nothing, or too little; each by somebody who may not do it. */
const TRICKS: readonly (readonly [string, string, (id: string) => Attempt])[] = [
  ['an alias', 'guest', () => ({ query: '{ free: tasks { nodes { id } } }' })],
  ['an alias of a permitted field', 'updater', () => ({ query: '{ holdTask: tasks { nodes { id } } }' })],
  ['a comment', 'guest', () => ({ query: 'query { # harmless\n tasks { nodes { id } } }' })],
  ['a comma', 'guest', () => ({ query: 'query { ,,tasks { nodes { id } } }' })],
  ['a byte order mark', 'guest', () => ({ query: '\uFEFFquery { tasks { nodes { id } } }' })],
  ['a directive', 'guest', () => ({ query: '{ tasks @include(if: true) { nodes { id } } }' })],
  ['a fragment on the root', 'guest', () => ({ query: '{ ...F } fragment F on Query { tasks { nodes { id } } }' })],
  [
    'a fragment before the operation',
    'guest',
    () => ({ query: 'fragment F on Query { tasks { nodes { id } } } { ...F }' }),
  ],
  ['an inline fragment', 'guest', () => ({ query: '{ ... on Query { ... { tasks { nodes { id } } } } }' })],
  ['a second root field', 'lister', () => ({ query: '{ tasks { nodes { id } } workers { id } }' })],
  [
    'the other operation of a document',
    'lister',
    () => ({ query: 'query A { tasks { nodes { id } } } query B { workers { id } }', operationName: 'B' }),
  ],
  ['a variable for a mutation', 'updater', (id) => ({ query: `mutation ($id: ID!) { ${CANCEL} }`, variables: { id } })],
  [
    'an alias of a mutation',
    'updater',
    (id) => ({ query: `mutation ($id: ID!) { holdTask: ${CANCEL} }`, variables: { id } }),
  ],
  [
    'a parenthesis in an argument',
    'updater',
    (id) => ({
      query: `mutation { cancelTask(input: { taskId: "${id}", reason: "the last (manual) re-run :)" }) { changed } }`,
    }),
  ],
  [
    'a mutation behind another',
    'updater',
    (id) => ({ query: `mutation ($id: ID!) { ${hold(id)} ${CANCEL} }`, variables: { id } }),
  ],
  [
    'a mutation in a fragment',
    'updater',
    (id) => ({ query: `fragment F on Mutation { ${CANCEL} } mutation ($id: ID!) { ...F }`, variables: { id } }),
  ],
  [
    'a mutation beside a query',
    'updater',
    (id) => ({
      query: `query A { __typename } mutation B($id: ID!) { ${CANCEL} }`,
      operationName: 'B',
      variables: { id },
    }),
  ],
  [
    'many of one mutation',
    'updater',
    (id) => ({
      query: `mutation ($ids: [ID!]) { cancelTasks(input: { filter: { ids: $ids } }) { userErrors { code } } }`,
      variables: { ids: [id] },
    }),
  ],
];

/** Requests of which a path filter may think that they are others. */
const ROUTES: readonly (readonly [string, string, string, Readonly<Record<string, string>>])[] = [
  ['another method in a header', 'GET', '/tasker/tasks', { 'x-http-method-override': 'OPTIONS' }],
  [
    'another path in a header',
    'GET',
    '/tasker/tasks',
    { 'x-original-url': '/tasker/health/live', 'x-rewrite-url': '/tasker/health/live' },
  ],
  ['HEAD', 'HEAD', '/tasker/tasks', {}],
  ['a slash at the end', 'GET', '/tasker/tasks/', {}],
  ['two slashes', 'GET', '//tasker//tasks', {}],
  ['an encoded letter', 'GET', '/tasker/%74asks', {}],
  ['capitals', 'GET', '/TASKER/tasks', {}],
  ['a way back', 'GET', '/tasker/health/live/../../tasks', {}],
  ['an encoded way back', 'GET', '/tasker/health/live/%2e%2e/%2e%2e/tasks', {}],
  ['a semicolon', 'GET', '/tasker/tasks;/health/live', {}],
  ['the path of a probe in the query', 'GET', '/tasker/tasks?/tasker/health/live', {}],
];

const CREDENTIALS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['no credentials', {}],
  ['an empty user', { user: '' }],
  ['an authorization that says nothing', { authorization: '' }],
  ['a scheme without credentials', { authorization: 'Bearer' }],
  ['a user of another header', { 'x-user': 'admin' }],
];

describe.each(['apollo', 'mercurius'] as const)('somebody who may not, on %s,', (driver) => {
  let host: GraphqlHost;
  let address: string;
  let task: string;

  beforeAll(async () => {
    host = await startOwnGraphqlHost(
      driver,
      {},
      { tasker: { auth: { authenticators: [users], roles: ROLES, open: [] } } },
    );
    await host.app.listen(0, '127.0.0.1');
    address = `http://127.0.0.1:${(host.http.address() as AddressInfo).port}`;
    task = await host.deliver(1);
  });
  afterAll(() => host.close());

  it.each(TRICKS)('does not get in by %s', async (_, user, attempt) => {
    const { status, text } = await host.raw(attempt(task)).set('user', user);
    expect(status).toBeLessThan(500);
    const { errors } = JSON.parse(text) as {
      readonly errors: readonly { readonly extensions: { readonly code: string } }[];
    };
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['TASKER_FORBIDDEN']);
    const { body } = await host.raw({ query: `{ task(id: "${task}") { state } }` }).set('user', 'admin');
    expect(body).toEqual({ data: { task: { state: 'pending' } } });
  });

  it('gets only what is permitted of a query that asks for more', async () => {
    const query = '{ tasks { nodes { id context steps { name parents { name } } } } }';
    const answer = await host.raw({ query }).set('user', 'lister');
    const { data, errors } = answer.body as {
      readonly data: unknown;
      readonly errors: readonly { readonly path: readonly unknown[] }[];
    };
    expect(data).toMatchObject({ tasks: { nodes: [{ id: task, context: null, steps: null }] } });
    expect(errors.map(({ path }) => path.join('.')).sort()).toEqual(['tasks.nodes.0.context', 'tasks.nodes.0.steps']);
  });

  it.each(ROUTES)('does not get in by %s: %s %s', async (_, method, path, headers) => {
    const answer = await new Client(address).request({ path, method: method, headers }); // sends the path as it is
    const body = await answer.body.text();
    expect([401, 404]).toContain(answer.statusCode);
    expect(body).not.toContain('warehouse');
  });

  it.each(CREDENTIALS)('does not get in with %s', async (_, headers) => {
    for (const path of ['/tasker/tasks', `/tasker/tasks/${task}`, '/tasker/health/status', '/tasker/openapi.json']) {
      const answer = await send(`${address}${path}`, { headers });
      await answer.body.dump();
      expect([path, answer.statusCode]).toEqual([path, 401]);
    }
  });
});
