import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { getIntrospectionQuery } from 'graphql';
import { TASKER_AUTHENTICATOR } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { firstAnswer, silentSocket, socketClient, type RawSocket } from '../support/graphql.sockets.js';
import type { HttpHostSettings } from '../support/http.host.js';

let shared: TestDatabase;
let host: GraphqlHost;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterAll(() => shared.drop());

const many = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** Over a socket. */
async function answerTo(query: string): Promise<any> {
  const client = socketClient(host);
  try {
    return await firstAnswer(client, query);
  } finally {
    await client.dispose();
  }
}

/** Where answers have at most 200 bytes of JSON. */
async function expectBoundedAnswers(): Promise<void> {
  const id = await host.deliver(1);
  await host.kit.runUntilIdle();
  const contexts = (count: number): string =>
    `query ($id: ID!) { task(id: $id) { ${many(count, (index) => `a${index}: context`)} } }`;
  const context = (await host.read(contexts(1), { id })).task.a0;
  expect(context).toMatchObject({ order_id: 1 });
  const { data, errors } = await host.ask(contexts(20), { id });
  const answered = Object.values(data.task).filter((each) => each !== null);
  expect(answered).toHaveLength(Math.floor(200 / JSON.stringify(context).length));
  expect(errors![0]).toMatchObject({
    message: expect.stringContaining('200 is allowed (maxAnswerBytes)'),
    extensions: { code: 'TASKER_QUERY_LIMIT' },
  });
  const results = `query ($id: ID!) { task(id: $id) { steps { ${many(8, (index) => `a${index}: results`)} } } }`;
  expect((await host.ask(results, { id })).errors![0]!.extensions.code).toBe('TASKER_QUERY_LIMIT');
  expect((await host.ask(contexts(1), { id })).errors).toBeUndefined();
}

describe.each(['apollo', 'mercurius'] as const)('a flood of documents, on %s', (driver) => {
  const start = (options: object): void => {
    beforeAll(async () => {
      host = await startOwnGraphqlHost(driver, options, { shared });
      await host.app.listen(0, '127.0.0.1');
    });
    afterAll(() => host.close());
  };
  const refusalOf = async (query: string): Promise<string | undefined> => (await host.ask(query)).errors?.[0]?.message;

  describe('under limits of the host', () => {
    start({
      ...{ maxDocumentBytes: 4_000, maxTokens: 120, maxDefinitions: 6 },
      ...{ maxAnswerBytes: 200, maxMessageBytes: 5_000 },
    });

    it('is of documents that have no more bytes', async () => {
      const query = '{ task(id: "0") { id } }';
      expect(await refusalOf(`${query} # ${'x'.repeat(3_900)}`)).toBeUndefined();
      expect(await refusalOf(`${query} # ${'x'.repeat(4_000)}`)).toContain('4000 is allowed (maxDocumentBytes)');
      expect(await refusalOf(`${query} # ${'é'.repeat(2_000)}`)).toContain('(maxDocumentBytes)');
    });

    it('is of documents that have no more tokens', async () => {
      const fields = (count: number): string => `{ task(id: "0") { ${many(count, (index) => `a${index}: id`)} } }`;
      expect(await refusalOf(fields(25))).toBeUndefined();
      expect(await refusalOf(fields(45))).toMatch(/120 tokens|maxTokens/);
    });

    it('is of documents that have no more operations and fragments', async () => {
      const document = (count: number): string =>
        `{ task(id: "0") { ...F0 } } ${many(count, (index) => `fragment F${index} on Task { ${index + 1 < count ? `...F${index + 1}` : 'id'} }`)}`;
      expect(await refusalOf(document(5))).toBeUndefined();
      expect(await refusalOf(document(6))).toContain('of 7, and at most 6 is allowed (maxDefinitions)');
    });

    it('is no larger over a socket', async () => {
      const refused = async (query: string): Promise<string> => JSON.stringify((await answerTo(query)).errors);
      const followed = (fields: string): string => `subscription { taskUpdated { ${fields} } }`;
      expect(await refused(followed(many(60, (index) => `a${index}: event`)))).toContain('120 tokens');
      expect(await refused(`${followed('event')} #${'x'.repeat(4_000)}`)).toContain('maxDocumentBytes');
      const fragments = many(6, (index) => `fragment F${index} on TaskUpdate { event }`);
      expect(await refused(`${followed(many(6, (index) => `...F${index}`))} ${fragments}`)).toContain('maxDefinitions');
    });

    it('ends a socket with a message that is too long, before anybody says who it is', async () => {
      const socket = await silentSocket(host);
      socket.say({ type: 'connection_init', payload: { headers: { authorization: 'x'.repeat(5_000) } } });
      expect(await socket.closed).toMatchObject({ code: 1009 });
      expect(socket.types).toEqual([]);
    });

    it('gets answers that have no more bytes of JSON, under however many names', expectBoundedAnswers);
  });

  describe('under our limits', () => {
    start({ introspection: true });

    it('asks for no more of the schema at once', async () => {
      expect(await refusalOf(getIntrospectionQuery())).toBeUndefined();
      const types = '__schema { types { fields { args { type { name } } type { name } } } }';
      expect(await refusalOf(`{ a: ${types} }`)).toBeUndefined();
      expect(await refusalOf(`{ ${many(60, (index) => `a${index}: ${types}`)} }`)).toContain('(maxIntrospections)');
      const inside = many(60, (index) => `a${index}: types { fields { args { type { name } } type { name } } }`);
      expect(await refusalOf(`{ __schema { ${inside} } }`)).toContain('(maxIntrospections)');
    });

    it('gets answers that tell no more of errors', async () => {
      const { errors } = await host.ask(`{ ${many(90, (index) => `unknown${index}`)} }`);
      expect(errors).toHaveLength(21);
      expect(errors!.at(-1)!.message).toMatch(/^There are \d+ more errors\.$/);
      const { errors: long } = await host.ask(`{ ${'x'.repeat(5_000)} }`);
      expect(long![0]!.message.length).toBeLessThan(1_100);
      const query = 'query ($id: Int!) { tasks(first: $id) { nodes { id } } }';
      const { errors: value } = await host.ask(query, { id: 'x'.repeat(50_000) });
      expect(value![0]!.message.length).toBeLessThan(1_100);
    });

    it('gets answers over a socket that tell no more of errors', async () => {
      const { errors } = await answerTo(`subscription { taskUpdated { ${many(40, (index) => `unknown${index}`)} } }`);
      expect(errors).toHaveLength(21);
      const long = await answerTo(`subscription { taskUpdated { ${'x'.repeat(3_000)} } }`);
      expect(long.errors[0].message.length).toBeLessThan(1_100);
    });

    it('has no document that is parsed already, to which no limit of tokens would apply', async () => {
      expect((await host.raw({ query: { kind: 'Document', definitions: [] } })).status).toBe(400);
      if (driver === 'apollo') return;
      const { errors } = await host.ask(JSON.stringify({ kind: 'Document', definitions: [] }));
      expect(errors![0]!.message).toBe('The query must be a string in the GraphQL language.');
    });
  });
});

describe('an answer of the API of a host', () => {
  afterEach(() => host.close());

  it('has no more bytes of JSON, under however many names', async () => {
    const theirs = GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true });
    const limited = TaskerGraphqlModule.withLimits({ maxAnswerBytes: 200 });
    host = await startGraphqlHost({ shared, imports: [theirs, limited] });
    await expectBoundedAnswers();
  });
});

describe.each(['apollo', 'mercurius'] as const)('a socket in a flood, on %s', (driver) => {
  async function start(options: object = {}, settings: HttpHostSettings = {}): Promise<void> {
    host = await startOwnGraphqlHost(driver, options, { shared, ...settings });
    await host.app.listen(0, '127.0.0.1');
  }

  describe('of an unknown client', () => {
    afterEach(() => host.close());

    it('ends where its client says nothing', async () => {
      await start({ connectionInitTimeoutMs: 50 });
      const socket = await silentSocket(host);
      expect(await socket.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
    });

    it('ends where its client asks before it is known, or is nobody', async () => {
      const asked: unknown[] = [];
      const authenticate = ({ headers }: { headers: { authorization?: string } }): unknown => {
        asked.push(headers.authorization);
        if (headers.authorization === 'broken') throw new Error('the directory has the address 10.1.2.3');
        return headers.authorization === 'ann' && { id: 'ann' };
      };
      await start({}, { providers: [{ provide: TASKER_AUTHENTICATOR, useValue: { authenticate } }] });
      const hasty = await silentSocket(host);
      hasty.say({ type: 'subscribe', id: '1', payload: { query: 'subscription { taskUpdated { event } }' } });
      expect(await hasty.closed).toMatchObject({ code: 4401 });
      expect(asked).toEqual([]);
      const saying = async (authorization: string): Promise<RawSocket> => {
        const socket = await silentSocket(host);
        socket.say({ type: 'connection_init', payload: { headers: { authorization } } });
        return socket;
      };
      expect(await (await saying('bob')).closed).toEqual({ code: 4403, reason: 'The request is not authenticated.' });
      const broken = await (await saying('broken')).closed;
      expect(broken).toMatchObject({ code: 1011, reason: expect.not.stringContaining('10.1.2.3') });
      const known = await saying('ann');
      await known.heard('connection_ack', 1);
      await known.close();
      expect(asked).toEqual(['bob', 'broken', 'ann']);
    });
  });
});

it.each(['apollo', 'mercurius'] as const)('limits of an API on %s are checked as the application is made', (driver) => {
  const made =
    (options: object): (() => unknown) =>
    () =>
      TaskerGraphqlModule.forRoot({ driver: driver as never, ...options });
  expect(made({ maxTokens: 0, maxMessageBytes: 10 })).toThrow('maxTokens must be a whole number from 1 to');
  expect(made({ maxMessageBytes: '1kb' })).toThrow('The options of TaskerGraphqlModule are invalid');
  expect(made({ subscriptions: { 'graphql-ws': true } })).toThrow('subscriptions must be true or false');
  expect(() => TaskerGraphqlModule.withLimits({ maxCost: Infinity })).toThrow('maxCost must be');
});
