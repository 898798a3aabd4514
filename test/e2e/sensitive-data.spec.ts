import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoggerService } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  dataKeys,
  defineTask,
  EventBus,
  PermanentError,
  StepHandler,
  TASKER_AUTHENTICATOR,
  TaskHandler,
  WebhookService,
  type StepContext,
  type StepHandlerContract,
  type TaskHandlerContract,
} from 'nestjs-tasker';
import pg from 'pg';
import request from 'supertest';
import { AuditSealer } from '../../lib/audit/audit.sealer.js';
import { FinalHookRunner } from '../../lib/engine/tasks/final-hook.runner.js';
import { startEmbeddedPostgres } from '../../lib/embedded/embedded-postgres.mjs';
import { migrate } from '../../lib/persistence/migration.runner.js';
import { DeliveryDeriver } from '../../lib/webhooks/delivery.deriver.js';
import { DeliveryWorker } from '../../lib/webhooks/delivery.worker.js';
import { answering, openServer, type AnsweringServer } from '../support/answering.server.js';
import { formsOf, quoting } from '../support/canary.js';
import { listenTo, type ReceivedEvent } from '../support/event.listener.js';
import { startGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { tablesWith } from '../support/stored.texts.js';

/** Part of every marked value, and of nothing else. URLs, JSON and forms write the rest of the values in other ways. */
const CANARY = 'c4n4ry';
/** Part of values that are not marked: each search must find it. */
const CONTROL = 'p14in';

const email = `${CANARY}+1 "ü" <a/b>&c=d@example.org`;
const context = { email, people: [{ name: `${CANARY} Bo` }, { name: `${CANARY} Cy` }], city: `${CONTROL} city` };
const quoted = (): string =>
  [email, JSON.stringify(email), encodeURIComponent(email), encodeURI(email), new URLSearchParams({ email })].join(' ');

@StepHandler('canary.find')
class FindHandler implements StepHandlerContract {
  process({ log, task }: StepContext): unknown {
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](`${CONTROL} found ${quoted()}`);
    log.info(JSON.stringify(task.context));
    return { phone: `${CANARY} phone`, all: [{ pin: `${CANARY} pin` }], town: `${CONTROL} town` };
  }
}

@StepHandler('canary.fail')
class FailHandler implements StepHandlerContract {
  async process({ log, results, resultsOf }: StepContext): Promise<unknown> {
    const { phone } = await resultsOf<{ phone: string }>('find'); // not a parent
    log.warn(`calling ${phone} ${JSON.stringify(results)}`);
    throw new PermanentError(`${CONTROL} cannot reach ${phone} about ${quoted()}`, {
      code: `${CANARY} phone`,
      context: { [email]: quoted(), body: { unknown: `${CANARY} answer` }, city: `${CONTROL} error` },
      cause: new AggregateError([new Error(phone)], quoted()),
    });
  }
}

let isAnnotating = false;

@TaskHandler({ namespace: 'canary', name: 'person', version: '1.0.0' })
class PersonTasks implements TaskHandlerContract {
  updateAnnotations(task: { readonly context: unknown }): [] {
    if (!isAnnotating) throw new Error(`${CONTROL} cannot note ${JSON.stringify(task.context)} of ${email}`);
    return [];
  }
}

const PERSON = defineTask({
  namespace: 'canary',
  name: 'person',
  version: '1.0.0',
  contextSchema: { type: 'object', properties: { email: { type: 'string', pattern: '@' } } },
  defaults: { backoff: { baseSeconds: 60, jitter: 0 } },
  sensitiveData: {
    context: ['$.email', '$.people[*].name'],
    results: { find: ['$.phone', '$..pin'], ask: ['$.body.token', '$.headers.location'], given: ['$'] },
    errors: ['$.context.body'],
    subject: '$.email',
  },
})
  .step('find', { handler: 'canary.find' })
  .step('ask', {
    dependsOn: ['find'],
    http: {
      method: 'POST',
      url: '${SERVER}/people/{{ context.email }}',
      query: { mail: '{{ context.email }}' },
      headers: { 'x-phone': '{{ results.find.phone }}' },
      body: { email: '{{ context.email }}', phone: '{{ results.find.phone }}' },
    },
  })
  .step('refused', {
    dependsOn: ['find'],
    retryLimit: 1,
    http: { url: '${SERVER}/refused/{{ context.email }}', query: { mail: '{{ context.email }}' } },
  })
  .step('fail', { handler: 'canary.fail', dependsOn: ['ask'] })
  .step('given', { handler: 'canary.find' });

/** All that the host logs, at any level. */
class Lines implements LoggerService {
  readonly lines: string[] = [];
  readonly log = (...texts: readonly unknown[]): void => void this.lines.push(texts.map(String).join(' '));
  readonly error = this.log;
  readonly warn = this.log;
  readonly debug = this.log;
  readonly verbose = this.log;
  readonly fatal = this.log;
}

const logger = new Lines();
const published: string[] = [];
const answers: Record<string, string> = {};
let server: { readonly url: string; stop(): Promise<void> };
let people: AnsweringServer;
let receiver: AnsweringServer;
let host: GraphqlHost;
let database: pg.Client;
const closing: (() => Promise<void>)[] = []; // also what a failed beforeAll has opened
let streamed: readonly ReceivedEvent[];
let taskId: string;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ disposable: true, settings: { wal_level: 'logical' } });
  closing.push(() => server.stop());
  database = new pg.Client({ connectionString: server.url });
  await database.connect();
  closing.push(() => database.end());
  await migrate(database, 'tasker', 'apply');
  await database.query('create publication everything for all tables');
  await database.query("select pg_create_logical_replication_slot('canary', 'pgoutput')");
  people = await openServer(
    [
      (response, received) => {
        if (received.path.startsWith('/refused')) answering(400, { no: 'such', email: quoted() })(response, received);
        else
          answering(201, { token: `${CANARY} token`, town: CONTROL }, { location: `/${CANARY}` })(response, received);
      },
    ],
    'http://127.0.0.1',
  );
  closing.push(() => people.close());
  receiver = await openServer([answering(204)], 'http://127.0.0.1');
  closing.push(() => receiver.close());
  await run();
}, 120_000);

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

const query = <Row>(sql: string, ...parameters: unknown[]): Promise<Row[]> =>
  database.query(sql.replaceAll('__schema__', 'tasker'), parameters).then(({ rows }) => rows as Row[]);

/** Lets everything happen that can happen to a task, and keeps what is answered. */
async function run(): Promise<void> {
  const authenticate = (): object => ({ id: 'ann', roles: ['admin'] });
  host = await startGraphqlHost({
    shared: { name: 'postgres', url: server.url, drop: () => Promise.resolve() },
    providers: [
      ...[FindHandler, FailHandler, PersonTasks],
      { provide: TASKER_AUTHENTICATOR, useValue: { authenticate } },
    ],
    prepare: (app) => app.useLogger(logger),
    tasker: {
      templates: { sources: [PERSON], variables: { SERVER: people.url } },
      sensitiveData: { keys: dataKeys('k', { k: randomBytes(32) }), subjectSecret: randomBytes(16).toString('hex') },
      telemetry: { log: true },
      webhooks: { allowPrivateTargets: true },
      audit: {},
      worker: { enabled: false },
    },
  });
  closing.push(() => host.close());
  host.app.get(EventBus).on('*', (payload, name) => void published.push(`${name} ${JSON.stringify(payload)}`));
  await host.app.listen(0, '127.0.0.1');
  const url = `${await host.app.getUrl()}/tasker`;
  const http = request(url);
  await host.app.get(WebhookService).create({ url: receiver.url });
  const listener = await listenTo(`${url}/events`);

  const start = { namespace: 'canary', name: 'person', version: '1.0.0', context, reason: `${CONTROL} reason` };
  const started = await http.post('/tasks').set('Idempotency-Key', 'once').send(start).expect(201);
  answers.start = started.text;
  taskId = (started.body as { id: string }).id;
  answers.again = (await http.post('/tasks').set('Idempotency-Key', 'once').send(start)).text;
  const other = { ...start, context: { ...context, email: `other ${email}` } };
  answers.otherContext = (await http.post('/tasks').set('Idempotency-Key', 'once').send(other).expect(409)).text;
  const invalid = { ...start, context: { ...context, email: `${CANARY} at nowhere` } };
  answers.invalid = (await http.post('/tasks').send(invalid).expect(400)).text;
  answers.batch = (await http.post('/tasks/batch').send({ tasks: [start] })).text;
  const mutation = `mutation ($input: StartTaskInput!) { startTask(input: $input) { task { id context } userErrors { message } } }`;
  answers.startTask = JSON.stringify(await host.ask(mutation, { input: start }));
  const given = { reason: 'known', results: { phone: `${CANARY} given` } };
  answers.resolve = (await http.post(`/tasks/${taskId}/workflow_steps/given/resolve`).send(given).expect(200)).text;
  await host.kit.runUntilIdle();
  await host.app.get(FinalHookRunner, { strict: false }).runOnce();
  isAnnotating = true;
  answers.rerun = (await http.post(`/tasks/${taskId}/rerun`).send({ from: 'fail', reason: 'again' })).text;
  const rerun = { context, reason: 'again', version: '1.0.0' };
  answers.rerunWith = (await http.post(`/tasks/${taskId}/rerun`).send(rerun)).text;
  await host.kit.runUntilIdle();
  const aboutPerson = { filter: { dataSubject: email }, reason: `${CONTROL} reason` };
  const bulk = await http.post('/bulk/tasks/hold').send(aboutPerson).expect(200);
  answers.bulk = bulk.text;
  expect((bulk.body as { items: unknown[] }).items.length).toBeGreaterThan(2);
  await host.app.get(AuditSealer, { strict: false }).runOnce();
  await host.app.get(DeliveryDeriver, { strict: false }).runOnce();
  await host.app.get(DeliveryWorker, { strict: false }).runOnce();
  await http
    .post(`/tasks/${taskId}/resolve`)
    .send({ reason: `${CONTROL} end` })
    .expect(200);
  streamed = await listener.takeUntil('task.resolved_manually');
  listener.close();
}

/** The answers to all GET requests about the task and its steps. */
async function read(): Promise<Record<string, string>> {
  const http = request(`${await host.app.getUrl()}/tasker`);
  const { body: document } = await http.get('/openapi.json').expect(200);
  const { paths } = document as { paths: Record<string, object> };
  const { body: webhooks } = await http.get('/webhooks');
  const values: Record<string, string> = { taskId, namespace: 'canary', name: 'person' };
  const read: Record<string, string> = {};
  for (const [path, operations] of Object.entries(paths)) {
    if (!('get' in operations) || path.endsWith('/events')) continue;
    const names =
      path.includes('workflow_steps') && path.startsWith('/tasks')
        ? ['find', 'ask', 'refused', 'fail', 'given']
        : [taskId];
    for (const id of path.startsWith('/webhooks')
      ? [(webhooks as { webhooks: { id: string }[] }).webhooks[0]!.id]
      : names) {
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? id);
      const answer = await http.get(filled).query(path === '/tasks' ? { include: 'context,steps,annotations' } : {});
      read[`${answer.status} ${filled}`] = answer.text;
    }
  }
  return read;
}

describe('marked values, with encryption on', () => {
  it('reach handlers and the servers that HTTP steps ask', () => {
    const [asked] = people.received;
    expect(decodeURIComponent(asked!.path)).toContain(`/people/${email}`);
    expect(asked!.headers['x-phone']).toBe(`${CANARY} phone`);
    expect(JSON.parse(asked!.body)).toEqual({ email, phone: `${CANARY} phone` });
  });

  it('let the task end as it does without marks', async () => {
    const { steps, context: stored } = await host.kit.task(taskId);
    const { find, fail, given, ...others } = Object.fromEntries(steps.map((step) => [step.name, step]));
    expect(Object.values(others).map(({ name, state }) => [name, state])).toEqual([
      ['ask', 'complete'],
      ['refused', 'error'],
    ]);
    expect(stored).toEqual({
      email: '[redacted]',
      people: [{ name: '[redacted]' }, { name: '[redacted]' }],
      city: context.city,
    });
    expect(find!.results).toEqual({ phone: '[redacted]', all: [{ pin: '[redacted]' }], town: `${CONTROL} town` });
    expect(given!.results).toBe('[redacted]');
    expect(fail!.error).toMatchObject({
      code: '[redacted]',
      context: { body: '[redacted]', city: `${CONTROL} error` },
    });
  });

  it('are in no table', async () => {
    const tables = async (text: string): Promise<readonly string[]> => tablesWith({ query }, text);
    expect(await tables(CONTROL)).toEqual(
      expect.arrayContaining(['tasks', 'workflow_steps', 'audit_log', 'final_hooks']),
    );
    for (const form of formsOf(CANARY)) expect(await tables(form)).toEqual([]);
  });

  it('are in no change that a replica or a subscriber of the database receives', async () => {
    const rows = await query<{ data: Buffer }>(
      "select data from pg_logical_slot_get_binary_changes('canary', null, null, 'proto_version', '1', 'publication_names', 'everything')",
    );
    const changes = Object.fromEntries(rows.map(({ data }, index) => [String(index), data.toString('latin1')]));
    expect(quoting(changes, CONTROL).length).toBeGreaterThan(5);
    expect(quoting(changes, CANARY).map((name) => changes[name])).toEqual([]);
  });

  it('are in no file of the server', async () => {
    await query('checkpoint');
    const [{ folder }] = (await query<{ folder: string }>("select current_setting('data_directory') as folder")) as [
      { folder: string },
    ];
    const files = ['pg_wal', 'base', 'pg_replslot', 'pg_logical'].flatMap((part) =>
      readdirSync(join(folder, part), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name)),
    );
    const holding = (text: string): string[] => files.filter((file) => readFileSync(file).includes(text));
    const found = holding(CONTROL);
    expect([found.some((file) => file.includes('pg_wal')), found.some((file) => file.includes('base'))]).toEqual([
      true,
      true,
    ]);
    expect(formsOf(CANARY).flatMap(holding)).toEqual([]);
  });

  it('are in no line of the log', () => {
    const lines = Object.fromEntries(logger.lines.map((line, index) => [String(index), line]));
    expect(quoting(lines, CONTROL).length).toBeGreaterThan(5);
    expect(logger.lines.join('\n')).toContain('[redacted]');
    expect(quoting(lines, CANARY).map((name) => lines[name])).toEqual([]);
  });

  it('are in no event', () => {
    const events = Object.fromEntries(published.map((text, index) => [String(index), text]));
    expect(quoting(events, CONTROL).length).toBeGreaterThan(0);
    expect(quoting(events, CANARY).map((name) => events[name])).toEqual([]);
  });

  it('are in nothing that webhooks or streams send', () => {
    const sent = Object.fromEntries([
      ...receiver.received.map((each, index) => [`webhook ${index}`, JSON.stringify(each)] as const),
      ...streamed.map((each, index) => [`stream ${index}`, JSON.stringify(each)] as const),
    ]);
    const controls = quoting(sent, CONTROL).map((name) => name.split(' ')[0]);
    expect(new Set(controls)).toEqual(new Set(['webhook', 'stream']));
    expect(quoting(sent, CANARY).map((name) => sent[name])).toEqual([]);
  });

  it('are in no answer of REST or GraphQL', async () => {
    const fields = `id context tags reason steps { name results error { message code context cause errors } } annotations { annotation } transitions { reason }`;
    const graphql = {
      task: JSON.stringify(await host.ask(`{ task(id: "${taskId}") { ${fields} } }`)),
      tasks: JSON.stringify(await host.ask(`{ tasks(first: 50) { nodes { id context } } }`)),
      deadLetters: JSON.stringify(await host.ask('{ deadLetters(first: 50) { nodes { task { context } } } }')),
      audit: JSON.stringify(await host.ask('{ auditEntries(first: 50) { nodes { operation details } } }')),
    };
    const all: Record<string, string> = { ...answers, ...(await read()), ...graphql };
    const failed = Object.entries(all).filter(
      ([name, text]) => /^4|^50[0-2]/.test(name) || text.startsWith('{"errors"'),
    );
    expect(failed).toEqual([]);
    expect(quoting(all, CONTROL)).toEqual(
      expect.arrayContaining(['startTask', 'task', 'tasks', `200 /tasks/${taskId}`]),
    );
    expect(quoting(all, CANARY).map((name) => [name, all[name]])).toEqual([]);
  });
});
