import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateClients, type GeneratedClients } from '../support/generated.clients.js';
import { startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';

const DONE = ['read complete', 'pack complete', 'bill resolved_manually', 'ship complete'];

describe('a client whose types are generated', () => {
  let clients: GeneratedClients;
  let host: GraphqlHost;
  beforeAll(async () => {
    clients = await generateClients();
    host = await startOwnGraphqlHost('apollo', {}, { tasker: { worker: { enabled: true } } });
    await host.app.listen(0, '127.0.0.1');
  }, 120_000);
  afterAll(async () => {
    await host.close();
    rmSync(clients.directory, { recursive: true });
  });

  /** What the client printed, as a process that knows the address and nothing else. */
  async function run(client: string): Promise<unknown> {
    const { port } = host.http.address() as AddressInfo;
    const script = join(clients.directory, client);
    const { stdout } = await promisify(execFile)(process.execPath, [script, `http://127.0.0.1:${port}/tasker`], {
      timeout: 25_000,
    });
    return JSON.parse(stdout);
  }

  it('compiles with strict TypeScript', () => {
    expect(clients.faults).toBe('');
  });

  it('starts, watches, repairs and finishes a task over REST', async () => {
    expect(await run('rest.client.js')).toEqual({
      failedSteps: ['bill'],
      refused: 'TASKER_ACTION_REFUSED',
      resolved: true,
      state: 'complete',
      steps: DONE,
      actors: expect.arrayContaining(['ann']),
    });
  });

  it('does the same over GraphQL', async () => {
    expect(await run('graphql.client.js')).toEqual({
      wrong: [{ code: 'TASKER_INVALID_CONTEXT', field: ['input', 'context', 'order_id'], message: expect.any(String) }],
      recommended: expect.any(String),
      resolved: true,
      state: 'complete',
      steps: DONE,
      actors: expect.arrayContaining(['ann']),
    });
  });
});
