import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BreakingProxy } from '../../support/breaking.proxy.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { openPersistence, type OpenPersistence } from '../../support/persistence.js';

let database: TestDatabase;
let proxy: BreakingProxy;
let persistence: OpenPersistence;
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await BreakingProxy.open(database.url);
  persistence = await openPersistence(proxy.url);
});
afterAll(async () => {
  await persistence.close();
  await proxy.close();
  await database.drop();
});

describe('a connection that the server ends in the moment in which it opens it', () => {
  it('fails the query that wanted it, and neither the process nor the next query', async () => {
    const query = (): Promise<void> => persistence.workers.foldStateTotals(); // any statement of ours
    await query();
    const taken = persistence.dataSource.createQueryRunner();
    await taken.connect(); // so that the next has to open one
    proxy.breaksNew = true;
    await expect(query()).rejects.toThrow(/connection/i);
    proxy.breaksNew = false;
    await expect(query()).resolves.toBeUndefined();
    await taken.release();
  });
});
