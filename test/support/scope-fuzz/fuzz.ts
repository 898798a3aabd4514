import { expect } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';
import { TaskService, type TaskScope } from 'nestjs-tasker';
import { RecordService } from '../../../lib/engine/tasks/record.service.js';
import { answering, openServer, type AnsweringServer } from '../answering.server.js';
import { jsonLines } from '../json.lines.js';
import { comparable, gather, secretsIn, valueOf, type Answer } from './answers.js';
import { ForeignNamespace } from './foreign.acts.js';
import type { GraphqlRequest } from './graphql.requests.js';
import type { Asked, Move } from './moves.js';
import { Pools, resolved } from './references.js';
import type { RestRequest } from './rest.requests.js';
import { followBoth } from './stream.check.js';
import { Twins } from './twins.js';
import { openWorld, OWN, type Driver, type World } from './world.js';

const HEADERS = { user: 'pete', 'x-correlation-id': 'fuzz' };

/** A user with the scope of one namespace, next to one in whose database there is no other: nothing may tell the two apart. */
export class ScopeFuzz {
  readonly pools = new Pools();
  readonly twins: Twins;
  readonly foreign: ForeignNamespace;
  /** How often each operation was asked for, and how often with success. */
  readonly asked = new Map<string, { times: number; successes: number }>();
  private read = 0;

  private constructor(
    readonly mixed: World,
    readonly alone: World,
    readonly receiver: AnsweringServer,
  ) {
    this.twins = new Twins([mixed, alone]);
    this.foreign = new ForeignNamespace(mixed, this.twins, this.pools);
  }

  static async open(driver: Driver, scope: TaskScope): Promise<ScopeFuzz> {
    const receiver = await openServer(
      [(response, received) => answering(received.path === '/two' ? 500 : 200)(response, received)],
      'http://127.0.0.1',
    );
    const [mixed, alone] = await Promise.all([openWorld('mixed', driver, scope), openWorld('alone', driver, scope)]);
    return new ScopeFuzz(mixed, alone, receiver);
  }

  get schema(): GraphQLSchema {
    return this.mixed.host.app.get(GraphQLSchemaHost, { strict: false }).schema;
  }

  async close(): Promise<void> {
    await Promise.all([this.mixed.close(), this.alone.close(), this.receiver.close()]);
  }

  /** Both worlds begin with tasks in every state; the mixed one has some of the other namespace before, between and after. */
  async begin(): Promise<void> {
    await this.foreign.begin(this.receiver.url);
    for (const world of [this.mixed, this.alone]) {
      for (const path of ['/one', '/two']) await ofPete(world, '/webhooks', { url: this.receiver.url + path });
    }
    for (let round = 0; round < 2; round++) {
      await Promise.all([this.mixed, this.alone].map(startSome));
      await this.foreign.more();
      await this.alone.settle();
    }
    await this.settle();
  }

  /** @throws if an answer has anything of the other namespace, or lacks anything of the own one */
  async make({ asked, act, settles }: Move): Promise<void> {
    if (settles || act) await this.settle();
    if (asked.face === 'events' || asked.face === 'subscription') {
      await followBoth(this, asked, act!);
      return;
    }
    if (act) await this.foreign.act(act);
    await this.ask(asked);
  }

  /** Lets both worlds do what is due, and compares what their webhooks were told. */
  async settle(): Promise<void> {
    await this.foreign.expectUnchanged();
    await Promise.all([this.mixed.settle(), this.alone.settle()]);
    await this.twins.refresh();
    const [mixed, alone] = this.told();
    expect(secretsIn({ status: 0, headers: {}, body: mixed }, '')).toEqual([]);
    expect(this.comparableMessages(mixed, this.mixed)).toEqual(this.comparableMessages(alone, this.alone));
    await this.foreign.remember();
  }

  /** The value as a world has it. */
  in(world: World, value: unknown): unknown {
    return resolved(value, world, this.twins, this.pools);
  }

  count({ name }: Asked, isSuccess: boolean): void {
    const { times, successes } = this.asked.get(name) ?? { times: 0, successes: 0 };
    this.asked.set(name, { times: times + 1, successes: successes + (isSuccess ? 1 : 0) });
  }

  private async ask(asked: RestRequest | GraphqlRequest): Promise<void> {
    const requests = [this.mixed, this.alone].map((world) => httpOf(asked, world, (value) => this.in(world, value)));
    const [mixed, alone] = await Promise.all(requests.map(answerOf));
    const texts = [mixed, alone].map((answer) => JSON.stringify(answer));
    if (this.twins.hasNew(this.mixed, texts[0]!) || this.twins.hasNew(this.alone, texts[1]!))
      await this.twins.refresh();
    const said = JSON.stringify(requests[0]);
    expect({ said, secrets: secretsIn(mixed!, said) }).toEqual({ said, secrets: [] });
    expect({ said, answer: comparable(mixed!, this.mixed, this.twins) }).toEqual({
      said,
      answer: comparable(alone!, this.alone, this.twins),
    });
    gather(mixed!, alone!, this.pools);
    const isSuccess = mixed!.status < 400 && !(texts[0] ?? '').includes('rrors":[{');
    this.count(asked, isSuccess);
  }

  /** What the webhooks of the user were told since the last look, in either world. */
  private told(): readonly [mixed: readonly string[], alone: readonly string[]] {
    const some = this.receiver.received.slice(this.read).filter(({ path }) => path === '/one' || path === '/two');
    this.read = this.receiver.received.length;
    const isMixed = (body: string): boolean => body.includes('"id":"msg_1');
    const bodies = some.map(({ body }) => body);
    return [bodies.filter(isMixed), bodies.filter((body) => !isMixed(body))];
  }

  private comparableMessages(bodies: readonly string[], world: World): readonly string[] {
    return bodies.map((body) => JSON.stringify(valueOf('', JSON.parse(body), world, this.twins))).sort();
  }
}

async function startSome({ host, settle }: World): Promise<void> {
  const tasks = host.app.get(TaskService);
  const started = await tasks.startMany(
    ['completes', 'fails', 'retries', 'completes'].map((course, place) => ({
      ...{ namespace: OWN, name: place === 3 ? 'refund' : 'order', version: '1.0.0' },
      ...{
        context: { course, word: 'leaf', amount: place },
        initiator: 'pete',
        tags: ['shared'],
        sourceSystem: 'shop',
      },
    })),
  );
  const later = { namespace: OWN, name: 'order', version: '2.0.0', runAt: '2100-01-01T00:00:00Z', initiator: 'ann' };
  const { id } = await tasks.start({ ...later, context: { course: 'completes', word: 'leaf', amount: 7 } });
  await host.app.get(RecordService, { strict: false }).annotate(id, 'shared', { word: 'leaf' });
  await tasks.hold(started[2]!.id, { actor: 'pete' });
  await settle();
}

async function ofPete(world: World, path: string, body: object): Promise<void> {
  const headers = { ...HEADERS, 'content-type': 'application/json' };
  const { status, body: said } = await answerOf({
    ...{ url: `${world.url}/tasker${path}`, method: 'POST', headers },
    body: JSON.stringify(body),
  });
  if (status !== 201) throw new Error(JSON.stringify(said));
}

interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function httpOf(asked: RestRequest | GraphqlRequest, { url }: World, known: (value: unknown) => unknown): HttpRequest {
  const json = { ...HEADERS, 'content-type': 'application/json' };
  if (asked.face === 'GraphQL') {
    const body = JSON.stringify({ query: asked.query, variables: known(asked.variables) });
    return { url: `${url}/tasker/graphql`, method: 'POST', headers: json, body };
  }
  const path = (known(asked.path) as string[]).map(encodeURIComponent).join('/');
  const query = new URLSearchParams();
  for (const [name, value] of asked.query) {
    const values = [known(value)].flat().map(String);
    if (name === 'tags' || name === 'anyTags' || name === 'steps') for (const each of values) query.append(name, each);
    else query.append(name, values.join(','));
  }
  const { method, body } = asked;
  const headers = { ...(body === undefined ? HEADERS : json), ...(known(asked.headers) as Record<string, string>) };
  return {
    ...{ url: `${url}/tasker${path}?${query.toString()}`, method, headers },
    ...(body !== undefined && { body: JSON.stringify(known(body)) }),
  };
}

async function answerOf({ url, ...init }: HttpRequest): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const isJson = type.includes('json') && text !== '';
  const json = (): unknown => (type.includes('ndjson') ? jsonLines(text) : JSON.parse(text));
  return { status: response.status, headers: Object.fromEntries(response.headers), body: isJson ? json() : text };
}
