import { randomBytes } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PermanentError, RetryableError, type HttpRequest } from 'nestjs-tasker';
import { Agent, type Dispatcher } from 'undici';
import { HttpClient, type ReceivedResponse } from '../../../lib/handlers/http.client.js';
import { prepareRequest } from '../../../lib/handlers/http.request.js';
import { answering, useServers, type Answer } from '../../support/answering.server.js';
import { LOCALHOST } from '../../support/tls.js';

const servers = useServers();
const MAX_BYTES = 1_000;
const SECRETS = {
  authorization: 'Bearer s3cret',
  cookie: 'session=s3cret',
  'proxy-authorization': 's3cret',
  'x-api-key': 's3cret',
};

let agents: Agent[] = [];
afterEach(async () => {
  for (const agent of agents) await agent.destroy();
  agents = [];
});

function anAgent(options: Agent.Options = {}): Agent {
  const agent = new Agent(options);
  agents.push(agent);
  return agent;
}

interface Through {
  readonly dispatcher?: Dispatcher;
  readonly signal?: AbortSignal;
}

const send = (
  request: HttpRequest,
  { dispatcher = anAgent(), signal = new AbortController().signal }: Through = {},
): Promise<ReceivedResponse> => new HttpClient(dispatcher, MAX_BYTES).send(prepareRequest(request, '7:ask'), signal);

const redirecting = (status: number, location: string): Answer => answering(status, 'moved', { location });

describe('a request', () => {
  it('that contradicts itself is not sent, and no attempt can mend it', async () => {
    const server = await servers.open(answering(200));
    const request = { url: server.url, method: 'POST', body: 'four', headers: { 'content-length': '5' } } as const;
    const refused = send(request);
    await expect(refused).rejects.toBeInstanceOf(PermanentError);
    await expect(refused).rejects.toThrow('The request cannot be made');
    expect(server.received).toEqual([]);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    '%d is followed by what only reads, with all that it said to the first',
    async (status) => {
      const server = await servers.open(redirecting(status, '/there'), answering(200, { a: 1 }));
      const { body, url } = await send({ url: `${server.url}/here?key=s3cret`, headers: SECRETS });
      expect([body, url]).toEqual([{ a: 1 }, `${server.url}/there`]);
      expect(server.received[1]!.headers).toMatchObject(SECRETS);
    },
  );

  it.each<[string, Partial<HttpRequest>]>([
    ['that changes something', { method: 'DELETE' }],
    ['that has a body', { body: { a: 1 } }],
    ['for which its status is a success', { acceptedStatuses: [302] }],
    ['that tries its status again', { retryableStatuses: [302] }],
  ])('is the answer to a request %s', async (_, request) => {
    const server = await servers.open(redirecting(302, '/there'), answering(200));
    expect((await send({ url: server.url, ...request })).status).toBe(302);
    expect(server.received).toHaveLength(1);
  });

  it.each(['ftp://127.0.0.1/there', 'data:text/plain,there', 'http://[', 'javascript:0'])(
    'to %s is the answer',
    async (location) => {
      const server = await servers.open(redirecting(302, location));
      for (const redirects of ['origin', 'any'] as const)
        expect(await send({ url: server.url, redirects })).toMatchObject({ status: 302, refusedRedirect: null });
    },
  );

  it('to another host tells it nothing that is secret, nor the first one when that leads back', async () => {
    const first = await servers.open(answering(404));
    const other = await servers.open(redirecting(302, `${first.url}/back`));
    const begin = await servers.open(redirecting(302, `${other.url}/there`));
    expect((await send({ url: begin.url, headers: SECRETS, redirects: 'any' })).status).toBe(404);
    for (const { received } of [other, first]) {
      expect(JSON.stringify(received)).not.toContain('s3cret');
      expect(JSON.stringify(received)).not.toContain('7:ask');
    }
  });

  it('to another origin is the answer unless the request allows it', async () => {
    const other = await servers.open(answering(200));
    const begin = await servers.open(redirecting(302, '/again'), redirecting(302, `${other.url}/there?key=s3cret`));
    expect(await send({ url: begin.url })).toMatchObject({ status: 302, refusedRedirect: `${other.url}/there?…` });
    expect([begin.received.length, other.received.length]).toEqual([2, 0]);
  });

  it('is the answer where the request follows none', async () => {
    const server = await servers.open(redirecting(302, '/there'), answering(200));
    expect(await send({ url: server.url, redirects: 'none' })).toMatchObject({ status: 302, refusedRedirect: null });
    expect(server.received).toHaveLength(1);
  });

  it('from TLS to the same name without it tells nothing that is secret', async () => {
    const plain = await servers.open(answering(200));
    const { port } = new URL(plain.url);
    const secure = await servers.openTls(redirecting(302, `http://localhost:${port}`));
    const dispatcher = anAgent({ connect: { ca: LOCALHOST.cert } });
    await send({ url: secure.url, headers: SECRETS, redirects: 'any' }, { dispatcher });
    expect(secure.received[0]!.headers).toMatchObject(SECRETS);
    expect(JSON.stringify(plain.received)).not.toContain('s3cret');
  });
});

describe('a connection', () => {
  it('is free for the next request after each answer, that of a redirect too', async () => {
    const moved = answering(302, 'x'.repeat(100_000), { location: '/there' }); // more than is read unasked
    const server = await servers.open(moved, answering(200), moved, answering(200));
    const dispatcher = anAgent({ connections: 1 });
    for (let n = 0; n < 2; n++) expect((await send({ url: server.url }, { dispatcher })).status).toBe(200);
    expect([server.received.length, server.connections]).toEqual([4, 1]);
  });

  it('is given up with an answer that is larger than allowed', async () => {
    let isGone = (): void => undefined;
    const gone = new Promise<void>((resolve) => (isGone = resolve));
    const endless: Answer = (response) => {
      response.on('close', isGone);
      response.writeHead(200).write('x'.repeat(10_000));
    };
    const server = await servers.open(endless);
    expect(await send({ url: server.url })).toMatchObject({ isTruncated: true, text: 'x'.repeat(MAX_BYTES) });
    await gone;
  });

  it('has no time limits of its own: the step has one', async () => {
    const server = await servers.open(answering(200));
    const asked: Dispatcher.DispatchOptions[] = [];
    const noting = anAgent().compose((dispatch) => (options, handler) => {
      asked.push(options);
      return dispatch(options, handler);
    });
    await send({ url: server.url }, { dispatcher: noting });
    expect(asked).toMatchObject([{ headersTimeout: 0, bodyTimeout: 0 }]);
  });

  it('that is aborted ends with the reason, before the answer and in the middle of it', async () => {
    const halfway: Answer = (response) => void response.writeHead(200).write('x');
    for (const answer of [() => undefined, halfway]) {
      const server = await servers.open(answer);
      const reason = new Error('enough');
      const stopping = new AbortController();
      const sending = send({ url: server.url }, { signal: stopping.signal });
      const failing = expect(sending).rejects.toBe(reason);
      while (server.received.length === 0) await new Promise(setImmediate);
      stopping.abort(reason);
      await failing;
    }
  });
});

describe('an answer', () => {
  it.each([
    [MAX_BYTES, false],
    [MAX_BYTES + 1, true],
  ])('of %d bytes is cut: %s', async (size, isTruncated) => {
    const server = await servers.open(answering(200, 'x'.repeat(size)));
    expect(await send({ url: server.url })).toMatchObject({ isTruncated, text: 'x'.repeat(MAX_BYTES) });
  });

  it('is read in the encoding that it names, and as UTF-8 where that is not supported', async () => {
    const raw = (charset: string, bytes: readonly number[]): Answer => {
      return (response) =>
        response.writeHead(200, { 'content-type': `text/plain; charset=${charset}` }).end(Buffer.from(bytes));
    };
    const server = await servers.open(
      raw('iso-8859-1', [0xe9]),
      raw('"UTF-8"', [0xc3, 0xa9]),
      raw('of-mine', [0xc3, 0xa9]),
    );
    for (let n = 0; n < 3; n++) expect((await send({ url: server.url })).body).toBe('é');
  });

  it('has its headers of one name joined, and no cookies', async () => {
    const several: Answer = (response) =>
      response.writeHead(200, { 'X-Part': ['a', 'b'], 'Set-Cookie': ['c=1', 'd=2'] }).end();
    const { headers } = await send({ url: (await servers.open(several)).url });
    expect(headers['x-part']).toBe('a, b');
    expect(headers).not.toHaveProperty('set-cookie');
  });
});

describe('an answer that is compressed though it was not asked for so', () => {
  const encoded = (encoding: string, bytes: Uint8Array, type = 'application/json'): Answer => {
    return (response) =>
      response.writeHead(200, { 'content-type': type, 'content-encoding': encoding, 'x-a': '1' }).end(bytes);
  };
  const json = Buffer.from('{"a":"ü"}');

  it.each<[string, Uint8Array]>([
    ['gzip', gzipSync(json)],
    ['X-GZip', gzipSync(json)],
    ['br', brotliCompressSync(json)],
    ['deflate', deflateSync(json)],
    ['deflate', deflateRawSync(json)],
    ['gzip, identity, br', brotliCompressSync(gzipSync(json))],
    ['identity', json],
  ])('is decoded: %s', async (encoding, bytes) => {
    const { body, headers, undecodable } = await send({ url: (await servers.open(encoded(encoding, bytes))).url });
    expect([body, undecodable]).toEqual([{ a: 'ü' }, null]);
    expect(headers).toMatchObject({ 'x-a': '1' });
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers).not.toHaveProperty('content-length');
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['gzip, gzip', (bytes) => gzipSync(gzipSync(bytes))],
  ])('is cut where it becomes larger than allowed: %s', async (encoding, compress) => {
    const bytes = compress(Buffer.alloc(20 * MAX_BYTES, 'x'));
    const server = await servers.open(encoded(encoding, bytes, 'text/plain'));
    expect(await send({ url: server.url })).toMatchObject({ isTruncated: true, text: 'x'.repeat(MAX_BYTES) });
  });

  it('is read as far as it came where it is larger than allowed before it is decoded', async () => {
    const bytes = gzipSync(randomBytes(3 * MAX_BYTES)); // which compression makes no smaller
    expect(bytes.length).toBeGreaterThan(MAX_BYTES);
    const server = await servers.open(encoded('gzip', bytes, 'text/plain'));
    expect(await send({ url: server.url })).toMatchObject({ isTruncated: true, undecodable: null });
  });

  it.each<[string, Uint8Array, string]>([
    ['zip', json, 'its content-encoding "zip" is not supported'],
    ['constructor', json, 'its content-encoding "constructor" is not supported'],
    ['gzip', json, 'it is not encoded as its content-encoding "gzip" says: incorrect header check'],
    [
      'gzip',
      gzipSync(json).subarray(0, 12),
      'it is not encoded as its content-encoding "gzip" says: unexpected end of file',
    ],
    ['br', json, 'it is not encoded as its content-encoding "br" says: Decompression failed'],
    [Array(6).fill('gzip').join(), json, 'it has 6 content-encodings'],
  ])('is no text where it cannot be decoded: %s', async (encoding, bytes, undecodable) => {
    const server = await servers.open(encoded(encoding, bytes));
    expect(await send({ url: server.url })).toMatchObject({ body: null, text: '', undecodable });
  });

  it('may have no body at all', async () => {
    const server = await servers.open(encoded('gzip', Buffer.alloc(0)));
    for (const method of ['GET', 'HEAD'] as const)
      expect(await send({ url: server.url, method })).toMatchObject({ body: null, undecodable: null });
  });
});

describe('a host of several addresses', () => {
  /** Nobody listens at the others of the loopback. */
  const leadingTo = (...addresses: readonly string[]): Agent => {
    const found = addresses.map((address) => ({ address, family: 4 }));
    const lookup = ((_name, _options, callback) => callback(null, found)) as LookupFunction;
    return anAgent({ connect: { lookup, autoSelectFamily: true } });
  };

  it('is asked at the first that answers', async () => {
    const server = await servers.open(answering(200));
    const { port } = new URL(server.url);
    const dispatcher = leadingTo('127.0.0.2', '127.0.0.1');
    expect((await send({ url: `http://many.example:${port}` }, { dispatcher })).status).toBe(200);
    expect(server.received[0]!.headers.host).toBe(`many.example:${port}`);
  });

  it('is told by the code of its failures where none answers, and without what is secret in its URL', async () => {
    const dispatcher = leadingTo('127.0.0.2', '127.0.0.3');
    const sending = send({ url: 'http://many.example:9/x?key=s3cret' }, { dispatcher });
    await expect(sending).rejects.toThrow(RetryableError);
    await expect(sending).rejects.toMatchObject({
      message: 'GET http://many.example:9/x?… failed: ECONNREFUSED',
      stepCode: 'ECONNREFUSED',
      context: { method: 'GET', url: 'http://many.example:9/x?…' },
    });
  });
});

describe('a server with TLS', () => {
  it('is asked where its certificate is trusted', async () => {
    const server = await servers.openTls(answering(200));
    const dispatcher = anAgent({ connect: { ca: LOCALHOST.cert } });
    expect((await send({ url: server.url }, { dispatcher })).status).toBe(200);
  });

  it.each<[string, string, (url: string) => string, Agent.Options]>([
    ['nobody knows', 'DEPTH_ZERO_SELF_SIGNED_CERT', (url) => url, {}],
    [
      'is for another name',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      (url) => url.replace('localhost', '127.0.0.1'),
      { connect: { ca: LOCALHOST.cert } },
    ],
  ])('whose certificate %s is not asked', async (_, stepCode, urlOf, options) => {
    const server = await servers.openTls(answering(200));
    const sending = send({ url: urlOf(server.url), headers: SECRETS }, { dispatcher: anAgent(options) });
    await expect(sending).rejects.toMatchObject({ stepCode });
    expect(server.received).toEqual([]);
  });
});
