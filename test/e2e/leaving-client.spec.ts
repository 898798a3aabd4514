import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import request from 'supertest';
import { ADAPTERS } from '../support/adapters.js';
import { startOwnGraphqlHost } from '../support/graphql.host.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

const HOSTS: readonly [string, string, () => Promise<HttpHost>][] = [
  ...ADAPTERS.map(([name, adapter]): (typeof HOSTS)[number] => [
    name,
    '/tasker/tasks',
    () => startHttpHost({ adapter: adapter() }),
  ]),
  ['Apollo', '/tasker/graphql', () => startOwnGraphqlHost('apollo')],
  ['Mercurius', '/tasker/graphql', () => startOwnGraphqlHost('mercurius')],
];

describe.each(HOSTS)('a client of %s that leaves in the middle of its body', (_, path, start) => {
  let host: HttpHost;
  let http: Server;
  let logged: jest.SpiedFunction<Logger['error']>[];
  beforeAll(async () => {
    host = await start();
    await host.app.listen(0, '127.0.0.1');
    http = host.app.getHttpServer();
  });
  afterAll(() => host.close());
  beforeEach(() => {
    logged = (['error', 'warn', 'fatal'] as const).map((level) =>
      jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined),
    );
  });
  afterEach(() => void jest.restoreAllMocks());

  it.each([
    ['whose length was told', 'content-length: 1000\r\n\r\n{"name": "deli'],
    ['in chunks', 'transfer-encoding: chunked\r\n\r\n5\r\n{"nam\r\n'],
  ])('%s is no error of ours', async (_, rest) => {
    const accepted = once(http, 'connection') as Promise<[Socket]>;
    const client = connect((http.address() as AddressInfo).port, '127.0.0.1');
    const asked = once(http, 'request');
    client.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${rest}`);
    const [socket] = await accepted;
    await asked;
    const gone = new Promise((resolve) => socket.on('close', resolve)); // after an error of the parser, perhaps
    client.destroy();
    await gone;
    await request(http).get('/tasker/health/live').expect(200); // whatever was to be said has been
    expect(logged.flatMap(({ mock }) => mock.calls)).toEqual([]);
  });
});
