import { describe, expect, it } from '@jest/globals';
import {
  defineTask,
  HttpStepHandler,
  PermanentError,
  RetryableError,
  StepHandler,
  type HttpRequest,
  type JsonObject,
  type StartTaskRequest,
  type StepContext,
} from 'nestjs-tasker';
import type { HttpStepRequest } from '../../../lib/templates/http-step.document.js';
import { gzipSync } from 'node:zlib';
import { Agent, type Dispatcher } from 'undici';
import { answering, useServers, type Answer, type AnsweringServer } from '../../support/answering.server.js';
import { aGate } from '../../support/eventually.js';
import { aTemplate, HANDLER } from '../../support/factories.js';
import { waitOf } from '../../support/history.js';
import type { Host, HostSettings } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { useProxies } from '../../support/proxy.server.js';
import { useStage } from '../../support/stage.js';

const lab = useLab();
const variables: Record<string, string> = { KEY: 's3cret' };
const play = useStage(lab, {}, variables);
const servers = useServers();
const proxies = useProxies();

interface Settings extends Pick<StartTaskRequest, 'context'> {
  readonly timeoutSeconds?: number;
  /** Needs a host of its own. */
  readonly steps?: HostSettings['steps'];
}
type Started = Host & { readonly id: string; readonly server: AnsweringServer };

let made = 0;

/** A started task of one step with `http`, not yet run, and the server that it asks. Waits are a minute, at most an hour. */
async function startedRequest(
  answers: readonly Answer[],
  http: Partial<HttpStepRequest> & { readonly path?: string } = {},
  { context = {}, timeoutSeconds = 30, steps }: Settings = {},
): Promise<Started> {
  const { path = '/things', ...request } = http;
  const server = await servers.open(...answers);
  const backoff = { baseSeconds: 60, factor: 1, maxSeconds: 3_600, jitter: 0 };
  const name = `asking_${++made}`;
  const template = defineTask({ namespace: 'tests', name, version: '1.0.0', defaults: { backoff } })
    .step('before', { handler: HANDLER })
    .step('ask', {
      dependsOn: ['before'],
      http: { url: `\${SERVER}${path}`, ...request },
      timeoutSeconds,
    });
  const handlers = { [HANDLER]: () => ({ token: 'T 1', list: [1, 2] }) };
  variables.SERVER = server.url;
  const host = steps
    ? await lab.open({ steps, handlers, templates: { sources: [template], variables } })
    : await play({ handlers, templates: [template] });
  const { id } = await host.tasks.start({ namespace: 'tests', name, version: '1.0.0', context });
  return { ...host, id, server };
}

const askOf = async ({ kit, id }: Pick<Started, 'kit' | 'id'>) => (await kit.task(id)).steps[1]!;

describe('an answer that is a success', () => {
  it.each([
    [200, { id: 1 }, { id: 1 }],
    [200, 'plain', 'plain'],
    [201, { id: 1 }, { id: 1 }],
    [202, undefined, null],
    [204, undefined, null],
  ])('%d completes the step, whose results are its status, headers and body', async (status, body, stored) => {
    const started = await startedRequest([answering(status, body, { 'x-request-id': 'r1', 'set-cookie': 'a=b' })]);
    await started.kit.runToEnd(started.id);
    const { state, results } = await askOf(started);
    expect(state).toBe('complete');
    expect(results).toMatchObject({ status, headers: { 'x-request-id': 'r1' }, body: stored });
    expect(results).not.toHaveProperty(['headers', 'set-cookie']);
  });

  it('may be a status that the step accepts', async () => {
    const started = await startedRequest([answering(409, { charge: 'old' })], { acceptedStatuses: [409] });
    await started.kit.runToEnd(started.id);
    expect(await askOf(started)).toMatchObject({
      state: 'complete',
      results: { status: 409, body: { charge: 'old' } },
    });
  });

  it('is waited for when the step says that another status is to be tried again', async () => {
    const answers = [answering(404, 'not yet'), answering(200, { id: 1 })];
    const started = await startedRequest(answers, { retryableStatuses: [404] });
    await started.kit.runToEnd(started.id);
    expect(await askOf(started)).toMatchObject({ state: 'complete', attempts: 2, results: { body: { id: 1 } } });
  });

  it('is a text when it only says that it is JSON', async () => {
    const started = await startedRequest([answering(200, 'OK', { 'content-type': 'application/json' })]);
    await started.kit.runToEnd(started.id);
    expect(await askOf(started)).toMatchObject({ state: 'complete', results: { body: 'OK' } });
  });

  it('is refused for good when it is larger than results may be', async () => {
    const started = await startedRequest([answering(200, 'x'.repeat(5_000))], {}, { steps: { maxResultBytes: 2_000 } });
    await started.kit.runToEnd(started.id);
    const { state, attempts, error } = await askOf(started);
    expect({ state, attempts }).toEqual({ state: 'error', attempts: 1 });
    expect(error).toMatchObject({
      code: 'HTTP_RESPONSE_TOO_LARGE',
      message: `GET ${started.server.url}/things answered 200 with more than 2000 bytes, which is the limit`,
      permanent: true,
    });
  });
});

describe('an answer in an encoding', () => {
  const encoded = (status: number, encoding: string, body: string | Buffer): Answer => {
    return (response) => response.writeHead(status, { 'content-encoding': encoding }).end(body);
  };

  it('is decoded before it is stored', async () => {
    const started = await startedRequest([encoded(200, 'gzip', gzipSync('{"id":1}'))]);
    await started.kit.runToEnd(started.id);
    expect(await askOf(started)).toMatchObject({ state: 'complete', results: { body: '{"id":1}' } });
  });

  it('that is not known is no success, as it has had its effect fails for good, and is told with other failures', async () => {
    for (const [status, code] of [
      [200, 'HTTP_UNDECODABLE_RESPONSE'],
      [404, 'HTTP_404'],
    ] as const) {
      const started = await startedRequest([encoded(status, 'zip', 'garbage')]);
      await started.kit.runToEnd(started.id);
      const { error } = await askOf(started);
      expect(error).toMatchObject({ code, permanent: true });
      expect(error!.message).toMatch(/its body cannot be decoded: its content-encoding "zip" is not supported$/);
    }
  });
});

describe('a request', () => {
  it('whose host would be chosen by the task, as a variable is empty, is not sent', async () => {
    const stranger = await servers.open(answering(200, {}));
    const { host: chosen } = new URL(stranger.url);
    variables.EMPTY = '';
    const url = 'http://${EMPTY}/{{ context.host }}';
    const started = await startedRequest([answering(200, {})], { url }, { context: { host: chosen } });
    await started.kit.runToEnd(started.id);
    expect((await askOf(started)).error).toMatchObject({ code: 'HTTP_INVALID_REQUEST', permanent: true });
    expect(stranger.received).toEqual([]);
  });

  it('is filled in with context, earlier results and variables', async () => {
    const started = await startedRequest(
      [answering(200, {})],
      {
        method: 'POST',
        path: '/orders/{{ context.order.id }}/{{ results.before.token }}',
        query: { list: '{{ results.before.list }}', q: 'a {{ context.order.id }}' },
        headers: { authorization: 'Bearer ${KEY}', 'x-step': '{{ step.name }}' },
        body: { order: '{{ context.order }}', task: '{{ task.id }}', note: 'for {{ context.order.id }}' },
      },
      { context: { order: { id: 'a/b', total: 5 } } },
    );
    await started.kit.runToEnd(started.id);
    expect(started.server.received).toEqual([
      expect.objectContaining({ method: 'POST', path: '/orders/a%2Fb/T%201?q=a%20a%2Fb&list=1&list=2' }),
    ]);
    const [{ headers, body } = { headers: {}, body: '' }] = started.server.received;
    expect(headers).toMatchObject({ authorization: 'Bearer s3cret', 'x-step': 'ask', accept: 'application/json' });
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body)).toEqual({ order: { id: 'a/b', total: 5 }, task: started.id, note: 'for a/b' });
  });

  it('that lacks a value fails for good, and is not sent', async () => {
    const started = await startedRequest([answering(200, {})], { path: '/orders/{{ context.order.id }}' });
    await started.kit.runToEnd(started.id);
    expect((await askOf(started)).error).toMatchObject({
      code: 'HTTP_MISSING_VALUE',
      message: '{{ context.order.id }} at url has no value',
      permanent: true,
    });
    expect(started.server.received).toEqual([]);
  });

  it('carries the same idempotency key in each attempt', async () => {
    const started = await startedRequest([answering(500), answering(503), answering(200, {})], {
      method: 'POST',
      body: {},
    });
    expect((await started.kit.runToEnd(started.id)).state).toBe('complete');
    const keys = started.server.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual(Array(3).fill(`${started.id}:ask`));
  });

  it('carries no idempotency key when it must not', async () => {
    const started = await startedRequest([answering(200, {})], { idempotencyHeader: false });
    await started.kit.runToEnd(started.id);
    expect(started.server.received[0]!.headers).not.toHaveProperty('idempotency-key');
  });
});

describe('an answer that is a failure', () => {
  it.each([
    [429, '42', 42],
    [503, '7', 7],
    [429, '7200', 3_600],
    [503, undefined, 60],
    [429, 'soon', 60],
    [500, '42', 60],
    [408, undefined, 60],
    [425, undefined, 60],
  ])('%d with Retry-After %s is followed by a wait of %d s', async (status, header, waited) => {
    const headers = header === undefined ? {} : { 'retry-after': header };
    const started = await startedRequest([answering(status, { why: 'busy' }, headers), answering(200, {})]);
    await started.kit.runUntilIdle();
    expect(await waitOf(lab, started.id)).toBeCloseTo(waited, 3);
    expect((await askOf(started)).error).toMatchObject({ code: `HTTP_${status}`, permanent: false });
    expect((await started.kit.runToEnd(started.id)).state).toBe('complete');
  });

  it('429 with a date is followed by a wait until then', async () => {
    const in90Seconds: Answer = (response, received) =>
      answering(429, {}, { 'retry-after': new Date(Date.now() + 90_000).toUTCString() })(response, received);
    const started = await startedRequest([in90Seconds]);
    await started.kit.runUntilIdle();
    const wait = await waitOf(lab, started.id);
    expect(wait).toBeGreaterThan(80);
    expect(wait).toBeLessThanOrEqual(91);
  });

  it.each([400, 401, 402, 403, 404, 409, 410, 422])(
    '%d is permanent, and told with what the server said',
    async (status) => {
      const answer = answering(status, { why: 'no' }, { 'x-request-id': 'r1', 'x-token': 'secret' });
      const started = await startedRequest([answer], {
        headers: { authorization: 'Bearer ${KEY}' },
        query: { k: '${KEY}' },
      });
      await started.kit.runToEnd(started.id);
      const { state, attempts, error } = await askOf(started);
      const url = `${started.server.url}/things?…`;
      expect({ state, attempts }).toEqual({ state: 'error', attempts: 1 });
      expect(error).toMatchObject({
        code: `HTTP_${status}`,
        message: `GET ${url} answered ${status}: {"why":"no"}`,
        permanent: true,
        context: { method: 'GET', url, status, body: '{"why":"no"}' },
      });
      expect(JSON.stringify(error)).not.toContain('s3cret');
      expect(error!.context).toHaveProperty(['headers', 'x-request-id'], 'r1');
      expect(error!.context).not.toHaveProperty(['headers', 'x-token']);
    },
  );
});

describe('a redirect', () => {
  it('is followed by what only reads', async () => {
    const started = await startedRequest([
      answering(302, undefined, { location: '/there?a=1' }),
      answering(200, { a: 1 }),
    ]);
    await started.kit.runToEnd(started.id);
    expect(await askOf(started)).toMatchObject({ state: 'complete', results: { status: 200, body: { a: 1 } } });
    expect(started.server.received.map(({ path }) => path)).toEqual(['/things', '/there?a=1']);
  });

  it('to another origin fails the step for good, which says where it leads to', async () => {
    const other = await servers.open(answering(200, {}));
    const started = await startedRequest([answering(302, undefined, { location: `${other.url}/x?a=1` })]);
    await started.kit.runToEnd(started.id);
    const message = `GET ${started.server.url}/things answered 302, a redirect to another origin, ${other.url}/x?…; "redirects: any" would follow it`;
    expect((await askOf(started)).error).toMatchObject({ code: 'HTTP_302', message, permanent: true });
    expect(other.received).toEqual([]);
  });

  it('to another origin, where that is allowed, leaves the headers behind that were meant for the first', async () => {
    const other = await servers.open(answering(200, {}));
    const started = await startedRequest([answering(307, undefined, { location: `${other.url}/x` })], {
      redirects: 'any',
      headers: { authorization: 'Bearer ${KEY}', 'x-api-key': '${KEY}' },
    });
    await started.kit.runToEnd(started.id);
    expect(started.server.received[0]!.headers).toMatchObject({ 'x-api-key': 's3cret' });
    expect(Object.keys(other.received[0]!.headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  it.each([
    ['that changes something', { method: 'POST' } as const, 1],
    ['that goes in a circle', {}, 6],
  ])('is not followed by a request %s, which fails for good', async (_, http, requests) => {
    const started = await startedRequest([answering(301, undefined, { location: '/things' })], http);
    await started.kit.runToEnd(started.id);
    expect((await askOf(started)).error).toMatchObject({ code: 'HTTP_301', permanent: true });
    expect(started.server.received).toHaveLength(requests);
  });
});

describe('a server that does not answer', () => {
  it('is told by its code when it refuses the connection, and asked again', async () => {
    const started = await startedRequest([answering(200, {})]);
    await started.server.close();
    await started.kit.runUntilIdle();
    const { state, error } = await askOf(started);
    expect(state).toBe('error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED', class: 'RetryableError', permanent: false });
    expect(error!.message).toContain(`GET ${started.server.url}/things failed: `);
    expect(await waitOf(lab, started.id)).toBeCloseTo(60, 3);
  });

  it.each<[string, Answer]>([
    ['before its answer', (response) => response.destroy()],
    [
      'in the middle of its answer',
      (response) => void response.writeHead(200, { 'content-length': '9' }).write('x', () => response.destroy()),
    ],
  ])('is asked again when it breaks the connection %s', async (_, answer) => {
    const started = await startedRequest([answer, answering(200, {})]);
    await started.kit.runUntilIdle();
    expect((await askOf(started)).error).toMatchObject({ class: 'RetryableError', code: 'UND_ERR_SOCKET' });
    expect((await started.kit.runToEnd(started.id)).state).toBe('complete');
  });

  it('sees the request aborted when the time of the step is over', async () => {
    const aborted = aGate();
    const silent: Answer = (response) => response.on('close', aborted.open);
    const started = await startedRequest([silent, answering(200, {})], {}, { timeoutSeconds: 0.1 });
    await started.kit.runUntilIdle();
    await aborted.passed;
    expect((await askOf(started)).error).toMatchObject({ code: 'STEP_TIMEOUT', permanent: false });
    expect((await started.kit.runToEnd(started.id)).state).toBe('complete');
  });
});

/** A started task whose only step runs a subclass, and what that may do. */
async function startedClass(
  answer: Answer,
  results?: (body: unknown) => unknown,
): Promise<Started & { readonly dispatchers: readonly Dispatcher[] }> {
  const server = await servers.open(answer);
  const dispatchers: Dispatcher[] = [];
  @StepHandler('tests.asking')
  class AskingHandler extends HttpStepHandler<{ order: string }> {
    protected override readonly maxResponseBytes = 1_000;

    protected request({ task }: StepContext<{ order: string }>): HttpRequest {
      return { method: 'PUT', url: `${server.url}/orders/${task.context.order}`, body: { a: 1 } };
    }

    protected override results(
      ...[response, context]: Parameters<HttpStepHandler<{ order: string }>['results']>
    ): unknown {
      return results ? results(response.body) : super.results(response, context);
    }

    protected override createDispatcher(): Promise<Dispatcher> {
      dispatchers.push(new Agent());
      return Promise.resolve(dispatchers[0]!);
    }
  }
  const template = aTemplate(undefined, { steps: { only: { handler: 'tests.asking' } } });
  const host = await lab.open({ templates: [template], providers: [AskingHandler] });
  const { id } = await host.tasks.start({ ...template.request, context: { order: '7' } });
  return { ...host, id, server, dispatchers };
}

describe('the option steps.proxy', () => {
  it('is what requests of templates and of classes of the host go through', async () => {
    const server = await servers.open(answering(200, { id: 1 }));
    const proxy = await proxies.open(server.url);
    @StepHandler('tests.through_proxy')
    class ProxiedHandler extends HttpStepHandler {
      protected request(): HttpRequest {
        return { url: 'http://class.example/things' };
      }
    }
    const template = defineTask({ namespace: 'tests', name: 'proxied' })
      .step('by_template', { http: { url: 'http://template.example/things' } })
      .step('by_class', { handler: 'tests.through_proxy', dependsOn: ['by_template'] });
    const { tasks, kit } = await lab.open({
      templates: [template],
      providers: [ProxiedHandler],
      steps: { proxy: proxy.url },
    });
    const { id } = await tasks.start({ namespace: 'tests', name: 'proxied' });
    expect(await kit.runToEnd(id)).toMatchObject({ state: 'complete' });
    expect(proxy.asked.map(({ target }) => target)).toEqual(['template.example:80', 'class.example:80']);
  });
});

describe('a class of the host that extends HttpStepHandler', () => {
  it('says what to ask and through what, and what to make of the answer', async () => {
    const { id, kit, app, server, dispatchers } = await startedClass(answering(200, { charge: 'c1' }), (body) => ({
      charge: (body as JsonObject).charge!,
    }));
    expect(await kit.runToEnd(id)).toMatchObject({ state: 'complete', steps: [{ results: { charge: 'c1' } }] });
    expect(server.received).toMatchObject([{ method: 'PUT', path: '/orders/7', body: '{"a":1}' }]);
    expect(dispatchers).toHaveLength(1);
    await app.close();
    await expect(dispatchers[0]!.request({ origin: server.url, path: '/', method: 'GET' })).rejects.toThrow(
      'destroyed',
    );
  });

  it('has the results of the built-in step unless it says otherwise', async () => {
    const { id, kit } = await startedClass(answering(201, { a: 1 }));
    expect(await kit.runToEnd(id)).toMatchObject({ steps: [{ results: { status: 201, body: { a: 1 } } }] });
  });

  it('fails for good when it can make nothing of the answer, which is kept', async () => {
    const { id, kit, server } = await startedClass(answering(200, { charge: 'c1' }), () => {
      throw new TypeError('no such field');
    });
    const { state, steps } = await kit.runToEnd(id);
    expect(state).toBe('error');
    expect(steps[0]).toMatchObject({ attempts: 1, results: null });
    expect(steps[0]!.error).toMatchObject({
      code: 'RESULT_PROCESSING_FAILED',
      message: `PUT ${server.url}/orders/7 succeeded, but its results could not be read: no such field`,
      permanent: true,
      context: { status: 200, body: '{"charge":"c1"}' },
    });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    { thrown: new PermanentError('declined', { code: 'DECLINED' }), error: { code: 'DECLINED', permanent: true } },
    { thrown: new RetryableError('not yet', { code: 'PENDING' }), error: { code: 'PENDING', permanent: false } },
  ])('is taken at its word when it chooses the kind of failure: $error.code', async ({ thrown, error }) => {
    const { id, kit } = await startedClass(answering(200, {}), () => {
      throw thrown;
    });
    await kit.runUntilIdle();
    expect((await kit.task(id)).steps[0]!.error).toMatchObject(error);
  });

  it('reads no more than it allows', async () => {
    const { id, kit } = await startedClass(answering(200, 'x'.repeat(100_000)));
    expect(await kit.runToEnd(id)).toMatchObject({ steps: [{ error: { code: 'HTTP_RESPONSE_TOO_LARGE' } }] });
  });
});

describe('a class of the host under a name that is kept for built-in handlers', () => {
  it('is refused at start', async () => {
    await expect(lab.open({ handlers: { 'tasker.http': () => null } })).rejects.toThrow(
      'FunctionHandler has the name "tasker.http"; names that begin with "tasker." are reserved for built-in handlers',
    );
  });
});
