import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TaskService } from 'nestjs-tasker';
import request from 'supertest';
import { TASK_LIST_QUERY } from '../../lib/rest/task-list.query.js';
import { amount } from '../support/amount.js';
import { anyCharacter } from '../support/any.character.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

const RUNS = amount({ short: 400, full: 10_000 });
const DELIVERY = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };

/** Texts that have broken parsers, casts and queries before. */
const TRAPS = fc.constantFrom(
  '',
  '0',
  '-1',
  '1e3',
  '9223372036854775807',
  '9223372036854775808',
  'NaN',
  'null',
  '%',
  '_',
  "'; drop table tasker.tasks; --",
  '\\',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  '$.*',
  '$ ? (@ == ',
  '$.a like_regex "("',
  'strict $.a.b',
  'infinity',
  '2026-02-30T00:00:00Z',
  '294277-01-01T00:00:00Z',
  Buffer.from('["createdAt","0"]').toString('base64url'),
  Buffer.from('["updatedAt","1","9999-99-99 99:99:99+99"]').toString('base64url'),
  Buffer.from('{"a":1}').toString('base64url'),
);
const TEXT = fc.oneof(TRAPS, fc.string({ unit: anyCharacter, maxLength: 40 }), fc.string({ maxLength: 300 }));
const VALUE = fc.oneof(TEXT, fc.jsonValue({ maxDepth: 6 }), fc.constant(undefined));
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

const QUERY = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...Object.keys(TASK_LIST_QUERY)), TEXT), TEXT), { maxLength: 5 })
  .map((pairs) => pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'));

const FIELDS = fc.constantFrom(
  ...['name', 'namespace', 'version', 'context', 'tags', 'priority', 'reason', 'actor', 'attempts', 'results', 'from'],
  ...['retryLimit', 'action', 'filter', 'tasks', 'type', 'annotation', 'runAt', 'idempotencyKey', '__proto__', 'other'],
);
const BODY = fc.array(fc.tuple(FIELDS, VALUE), { maxLength: 6 }).map((entries) => Object.fromEntries(entries));

const ACTIONS = ['cancel', 'retry', 'reset', 'resolve', 'hold', 'release', 'rerun', 'annotations', 'batch'];

describe('whatever is sent over REST', () => {
  let host: HttpHost;
  let http: Server;
  let id: string;
  beforeAll(async () => {
    host = await startHttpHost();
    http = host.app.getHttpServer().listen(0);
    ({ id } = await host.app.get(TaskService).start({ ...DELIVERY, context: { order_id: 13 } }));
    await host.kit.runUntilIdle();
  });
  afterAll(() => host.close());

  const ids = fc.oneof({ weight: 2, arbitrary: fc.constant('known') }, { weight: 1, arbitrary: TEXT });
  const path = fc.oneof(
    fc.constantFrom(
      'bulk/tasks/hold',
      'bulk/tasks/retry',
      'tasks',
      'dead_letters',
      'handlers',
      'workers',
      'queues',
      'analytics/bottlenecks',
    ),
    fc
      .tuple(ids, fc.constantFrom('', ...ACTIONS, 'transitions', 'graph', 'workflow_steps'))
      .map(([task, rest]) => ({ task, rest })),
    fc
      .tuple(
        ids,
        fc.oneof(fc.constantFrom('bill', 'ship'), TEXT),
        fc.constantFrom('', 'retry', 'resolve', 'skip', 'cancel'),
      )
      .map(([task, step, rest]) => ({ task, rest: `workflow_steps/${encode(step)}/${rest}` })),
    TEXT.map((text) => `handlers/${encode(text)}/${encode(text)}`),
  );

  it(`is answered with a success or with what was wrong, ${RUNS} times`, async () => {
    const urlOf = (at: typeof path extends fc.Arbitrary<infer Path> ? Path : never): string => {
      if (typeof at === 'string') return `/tasker/${at}`;
      return `/tasker/tasks/${at.task === 'known' ? id : encode(at.task)}/${at.rest}`;
    };
    const method = fc.constantFrom('get', 'get', 'post', 'post', 'patch', 'put', 'delete' as const);
    const headers = fc.record(
      { 'If-Match': TEXT, 'If-None-Match': TEXT, 'Idempotency-Key': TEXT, 'X-Correlation-ID': TEXT },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(method, path, QUERY, BODY, headers, async (verb, at, query, body, given) => {
        const asked = request(http)[verb](`${urlOf(at)}?${query}`);
        // What Node itself refuses to send reaches no server.
        for (const [name, value] of Object.entries(given))
          if (/^[\t\x20-\x7e]*$/.test(value)) void asked.set(name, value);
        const { status, text } = await (verb === 'get' ? asked : asked.send(body));
        if (status >= 500) throw new Error(`${verb} ${urlOf(at)}?${query} ${JSON.stringify(body)}: ${status} ${text}`);
        expect(status).toBeGreaterThanOrEqual(200);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true },
    );
  }, 120_000);
});
