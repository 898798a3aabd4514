import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { TASKER_AUTHENTICATOR, TASKER_AUTHORIZATION_COORDINATOR, TaskService } from 'nestjs-tasker';
import request from 'supertest';
import type { ActionOperation } from '../../lib/api/action.operation.js';
import { STEP_OPERATIONS } from '../../lib/api/step.operations.js';
import { TASK_OPERATIONS } from '../../lib/api/task.operations.js';
import { BULK_ACTIONS } from '../../lib/engine/tasks/task.bulk.js';
import { OPERATIONS } from '../../lib/rest/openapi/operations.js';
import { DeliveryDeriver } from '../../lib/webhooks/delivery.deriver.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

const DELIVERY = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };
type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';

interface Described {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: object; readonly example: unknown }>>;
  };
  readonly responses: Readonly<
    Record<
      string,
      { readonly headers?: object; readonly content?: Readonly<Record<string, { readonly schema: object }>> }
    >
  >;
}

describe('the description of the API', () => {
  let host: HttpHost;
  let http: Server;
  let text: string;
  let paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  let schemas: Readonly<Record<string, object>>;
  let ajv: Ajv2020;
  beforeAll(async () => {
    host = await startHttpHost();
    http = host.app.getHttpServer();
    const answer = await request(http).get('/tasker/openapi.json').expect(200);
    text = answer.text;
    paths = answer.body.paths as typeof paths;
    schemas = answer.body.components.schemas as typeof schemas;
    ajv = new Ajv2020({ strict: false, allErrors: true });
    (formats as unknown as (to: Ajv2020) => void)(ajv);
    ajv.addSchema(answer.body as object, 'openapi');
  });
  afterAll(() => host.close());

  const operations = (): [string, string, Described][] =>
    Object.entries(paths).flatMap(([path, verbs]) =>
      Object.entries(verbs).map(([verb, operation]): [string, string, Described] => [path, verb, operation]),
    );

  /** What is wrong with a value, by a schema of the document. */
  function faults(schema: object, value: unknown): unknown {
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as object;
    const validate = ajv.compile(absolute);
    return validate(value) ? null : validate.errors;
  }

  it('is what a strict linter accepts', async () => {
    const config = await createConfig({
      extends: ['recommended-strict'],
      rules: { 'operation-4xx-response': 'off' }, // probes have nothing to ask wrongly
    });
    const problems = await lintFromString({ source: text, config });
    expect(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`),
    ).toEqual([]);
  });

  it('is the same as the written one, which knows the path of the documentation alone', () => {
    const servers = [{ url: '/tasker' }];
    expect({ ...JSON.parse(text), servers }).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
  });

  it('names each header that answers are promised to have', () => {
    const headersOf = (path: string, verb: string, status: string): string[] =>
      Object.keys(paths[path]![verb]!.responses[status]!.headers ?? {}).filter((name) => name !== 'X-Correlation-ID');
    expect(headersOf('/tasks', 'post', '201')).toEqual(['Location', 'Idempotency-Replayed']);
    expect(headersOf('/tasks', 'get', '200')).toEqual(['Link']);
    expect(headersOf('/tasks/{id}', 'get', '304')).toEqual(['ETag']);
    expect(headersOf('/tasks/{id}', 'patch', '200')).toEqual(['ETag']);
    expect(headersOf('/tasks/{id}/rerun', 'post', '201')).toEqual(['Location', 'Idempotency-Replayed']);
    expect(headersOf('/tasks', 'post', '429')).toEqual(['Retry-After']);
    expect(paths['/events']!.get!.parameters.map(({ name }) => name)).toContain('Last-Event-ID');
  });

  it('has one type for what several answers show of a task, a step, a webhook', () => {
    for (const [name, extended] of [
      ['TaskOutline', 'TaskDocument'],
      ['TaskOutline', 'TaskListDocument'],
      ['StepDetails', 'ShownStep'],
      ['WebhookDetails', 'WebhookWithSecret'],
    ]) {
      expect(JSON.stringify(schemas[extended!])).toContain(`"#/components/schemas/${name!}"`);
    }
  });

  it('has each method of each controller, and no other', () => {
    for (const { controller, methods } of OPERATIONS) {
      const prototype = controller.prototype as Readonly<Record<string, object>>;
      const routes = new MetadataScanner()
        .getAllMethodNames(prototype)
        .filter((name) => Reflect.hasMetadata(METHOD_METADATA, prototype[name]!));
      expect(Object.keys(methods).sort()).toEqual(routes.sort());
    }
    const described = operations().map(([path, verb]) => `${verb} ${path}`);
    const router = (host.app.getHttpAdapter().getInstance() as { router: { stack: { route?: Route }[] } }).router;
    const served = router.stack.flatMap(({ route }) => (route ? routesOf(route) : []));
    expect(described.sort()).toEqual(served.sort());
  });

  it('has a name of its own for each operation', () => {
    const ids = operations().map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has examples that fit', () => {
    for (const [path, verb, { requestBody }] of operations()) {
      const json = requestBody?.content['application/json'];
      if (json) expect([path, verb, faults(json.schema, json.example)]).toEqual([path, verb, null]);
    }
  });

  it('says what every kind of request is answered with', async () => {
    const tasks = host.app.get(TaskService);
    const { id: failed } = await tasks.start({ ...DELIVERY, context: { order_id: 13 } });
    await host.kit.runUntilIdle();
    const { id: waiting } = await tasks.start({ ...DELIVERY, context: { order_id: 1 } });
    const seen = new Map<string, Set<string>>();
    const ask = async (
      verb: Verb,
      path: string,
      url: string,
      body?: object,
      headers: object = {},
    ): Promise<request.Response> => {
      const asking = request(http);
      const asked = asking[verb](`/tasker${url}`).set(headers as Record<string, string>);
      const answer = await (body ? asked.send(body) : asked);
      const operation = paths[path]![verb]!;
      const status = String(answer.status);
      const described = operation.responses[status];
      expect([verb, url, status, described !== undefined]).toEqual([verb, url, status, true]);
      const content = described!.content?.[answer.type];
      for (const name of ['location', 'link', 'etag', 'retry-after', 'idempotency-replayed', 'last-event-id']) {
        const value = answer.headers[name];
        if (value === undefined || value.startsWith('W/')) continue; // a tag of Express's own
        const documented = Object.keys(described!.headers ?? {}).map((each) => each.toLowerCase());
        expect([verb, url, status, documented]).toEqual([verb, url, status, expect.arrayContaining([name])]);
      }
      if (answer.text !== '')
        expect([verb, url, answer.type, content !== undefined]).toEqual([verb, url, answer.type, true]);
      if (content && /[+/]json$/.test(answer.type))
        expect([verb, url, faults(content.schema, answer.body)]).toEqual([verb, url, null]);
      seen.set(operation.operationId, (seen.get(operation.operationId) ?? new Set()).add(status));
      return answer;
    };
    const start = { ...DELIVERY, context: { order_id: 2 } };
    const task = `/tasks/${failed}`;
    const step = (name: string): string => `${task}/workflow_steps/${name}`;
    await ask('post', '/tasks', '/tasks', start);
    await ask('post', '/tasks', '/tasks', { ...start, idempotencyKey: 'k' });
    await ask('post', '/tasks', '/tasks', { ...start, idempotencyKey: 'k' });
    await ask('post', '/tasks', '/tasks', { ...start, context: {} });
    await ask('post', '/tasks', '/tasks', { ...start, name: 'none' });
    await ask('post', '/tasks', '/tasks', { ...start, context: { order_id: 1, note: 'x'.repeat(200_000) } });
    await ask('post', '/tasks', '/tasks', start, { 'Idempotency-Key': 'k' });
    await ask('post', '/tasks', '/tasks', { ...start, tags: ['x'] }, { 'Idempotency-Key': 'k' });
    await ask('post', '/tasks/batch', '/tasks/batch', { tasks: [start] });
    await ask('get', '/tasks', '/tasks?include=context,summary,steps,annotations,transitions,analysis');
    await ask('get', '/tasks', '/tasks?limit=0');
    const shown = await ask('get', '/tasks/{id}', task);
    await ask('get', '/tasks/{id}', `${task}?include=annotations,transitions`);
    await ask('get', '/tasks/{id}', task, undefined, { 'If-None-Match': shown.headers.etag });
    await ask('get', '/tasks/{id}', '/tasks/0');
    await ask('patch', '/tasks/{id}', task, { tags: ['a'] });
    await ask('patch', '/tasks/{id}', task, { tags: ['b'] }, { 'If-Match': shown.headers.etag });
    await ask('put', '/tasks/{id}', task, { tags: ['a'] });
    await ask('post', '/tasks/{id}/annotations', `${task}/annotations`, { type: 'audit', annotation: { by: ['ann'] } });
    await ask('get', '/tasks/{id}/annotations', `${task}/annotations`);
    await ask('get', '/tasks/{id}/transitions', `${task}/transitions`);
    await ask('get', '/tasks/{id}/graph', `${task}/graph`);
    await ask('get', '/tasks/{id}/graph', `${task}/graph?format=dot`);
    await ask('get', '/dead_letters', '/dead_letters');
    await ask('get', '/events', '/events?events=none'); // what a stream answers is looked at in rest-events.spec.ts
    await ask('get', '/tasks/{id}/events', '/tasks/0/events');
    const created = await ask('post', '/webhooks', '/webhooks', { url: 'https://example.com', isEnabled: false });
    const hook = `/webhooks/${created.body.id as string}`;
    await ask('post', '/webhooks', '/webhooks', { url: 'http://10.0.0.1' });
    await ask('get', '/webhooks', '/webhooks');
    await ask('get', '/webhooks/{id}', hook);
    await ask('patch', '/webhooks/{id}', hook, { isEnabled: true, filter: { events: ['task.cancelled'] } });
    await ask('post', '/webhooks/{id}/secret', `${hook}/secret`);
    await tasks.cancel((await tasks.start(start)).id, { actor: 'ann' });
    await host.app.get(DeliveryDeriver, { strict: false }).runOnce();
    const told = await ask('get', '/webhooks/{id}/deliveries', `${hook}/deliveries?state=pending`);
    const [delivery] = told.body.deliveries as { id: string }[];
    const redeliver = '/webhooks/{id}/deliveries/{deliveryId}/redeliver';
    await ask('post', redeliver, `${hook}/deliveries/${delivery!.id}/redeliver`);
    await ask('post', redeliver, `${hook}/deliveries/0/redeliver`);
    await ask('post', '/webhooks/{id}/redeliver', `${hook}/redeliver`);
    await ask('delete', '/webhooks/{id}', hook);
    await ask('delete', '/webhooks/{id}', hook);
    const fresh = await ask('post', '/api_tokens', '/api_tokens', { name: 'import', userId: 'importer' });
    const token = `/api_tokens/${fresh.body.id as string}`;
    await ask('post', '/api_tokens', '/api_tokens', { name: '' });
    await ask('get', '/api_tokens', '/api_tokens');
    await ask('post', '/api_tokens/{id}/rotate', `${token}/rotate`);
    await ask('delete', '/api_tokens/{id}', token);
    await ask('post', '/api_tokens/{id}/rotate', `${token}/rotate`);
    await ask('delete', '/api_tokens/{id}', '/api_tokens/0');
    await ask('get', '/audit', '/audit?limit=5');
    await ask('get', '/audit', '/audit?limit=0');
    await ask('get', '/audit/heads', '/audit/heads');
    await ask('get', '/audit/verification', '/audit/verification');
    await ask('get', '/audit/export', '/audit/export?namespace=');
    const steps = '/tasks/{taskId}/workflow_steps';
    await ask('get', steps, `${task}/workflow_steps`);
    const bill = await ask('get', `${steps}/{id}`, step('bill'));
    const byId = await ask('get', '/workflow_steps/{id}', `/workflow_steps/${bill.body.id}`);
    expect(byId.body).toEqual(bill.body);
    await ask('get', '/workflow_steps/{id}', '/workflow_steps/bill');
    await ask('get', `${steps}/{id}`, step('none'));
    await ask('patch', `${steps}/{id}`, step('bill'), { retryLimit: 9 });
    await ask('put', `${steps}/{id}`, step('bill'), { retryLimit: 9 });
    for (const action of allOf(STEP_OPERATIONS, ['retry', 'reset', 'skip', 'resolve', 'cancel'])) {
      await ask('post', `${steps}/{id}/${action}`, `${step('bill')}/${action}`);
      await host.kit.runUntilIdle();
    }
    await ask('delete', `${steps}/{id}`, step('ship'));
    for (const action of allOf(TASK_OPERATIONS, ['hold', 'release', 'retry', 'reset', 'resolve', 'cancel', 'rerun'])) {
      await ask('post', `/tasks/{id}/${action}`, `/tasks/${waiting}/${action}`);
    }
    await ask('delete', '/tasks/{id}', `/tasks/${waiting}`);
    for (const action of BULK_ACTIONS) {
      await ask('post', `/bulk/tasks/${action}`, `/bulk/tasks/${action}`, { filter: { ids: [failed] } });
    }
    for (const path of [
      '/templates',
      '/handlers',
      '/workers',
      '/queues',
      '/events/catalogue',
      '/events/listeners',
      '/analytics/performance',
      '/analytics/bottlenecks',
      '/health/status',
      '/health/live',
      '/health/ready',
    ]) {
      await ask('get', path, path);
    }
    for (const path of ['/templates', '/handlers']) {
      await ask('get', `${path}/{namespace}`, `${path}/warehouse`);
      await ask('get', `${path}/{namespace}`, `${path}/none`);
      await ask('get', `${path}/{namespace}/{name}`, `${path}/warehouse/delivery`);
    }
    const missing = operations()
      .map(([, , { operationId }]) => operationId)
      .filter((id) => !seen.has(id));
    expect(missing).toEqual([]);
    expect([...seen.get('startTask')!].sort()).toEqual(['200', '201', '400', '404', '409', '413']);
  });
});

describe('where the host guards the API', () => {
  let host: HttpHost;
  let http: Server;
  beforeAll(async () => {
    const authenticate = ({ headers }: { headers: Record<string, string> }): { id: string } | null =>
      headers.authorization ? { id: headers.authorization } : null;
    host = await startHttpHost({
      providers: [
        { provide: TASKER_AUTHENTICATOR, useValue: { authenticate } },
        { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may: () => false } },
      ],
    });
    http = host.app.getHttpServer();
  });
  afterAll(() => host.close());

  it('everything but health and the description needs a user, and a permission, before anything is looked up', async () => {
    const { body } = await request(http).get('/tasker/openapi.json').expect(200);
    for (const [path, verbs] of Object.entries(
      body.paths as Record<string, Record<string, { security?: unknown[] }>>,
    )) {
      for (const [verb, { security }] of Object.entries(verbs)) {
        const url = `/tasker${path.replace(/\{\w+\}/g, '1')}`;
        const isPublic = security?.length === 0;
        const { status } = await request(http)[verb as Verb](url).send({});
        expect([verb, path, status]).toEqual([verb, path, isPublic ? status : 401]);
        if (isPublic) continue;
        const known = await request(http)[verb as Verb](url).set('Authorization', 'ann').send({});
        expect([verb, path, known.status]).toEqual([verb, path, 403]);
      }
    }
  });
});

interface Route {
  readonly path: string;
  readonly methods: Readonly<Record<string, boolean>>;
}

/** Of Express, without what is no part of the API. */
function routesOf({ path, methods }: Route): string[] {
  const below = path.replace(/^\/tasker/, '').replace(/:(\w+)/g, '{$1}');
  if (below === '/openapi.json' || below.startsWith('/dashboard')) return [];
  return Object.keys(methods).map((verb) => `${verb} ${below}`);
}

/** The actions that have a route of their own; the order in which they succeed comes first. */
function allOf(operations: readonly ActionOperation[], first: readonly string[]): ReadonlySet<string> {
  const own = operations.filter(({ isConditional }) => !isConditional);
  return new Set([...first, ...own.map(({ route }) => route.slice(route.lastIndexOf('/') + 1))]);
}
