import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from './database.js';
import { eventually } from './eventually.js';
import { openHost, type Host, type HostSettings } from './host.js';
import { connect, openPersistence, type OpenPersistence, type Persistence } from './persistence.js';

/** By which connections of shared hosts are known. */
export const SHARED = 'shared host';

/** A database for the tests of one file, and the hosts that each of them opens. */
export interface Lab {
  readonly url: string;
  /** Looks at the database past the hosts. */
  readonly persistence: Persistence;
  /** A host that is closed after the test. */
  open(settings: Omit<HostSettings, 'url'>): Promise<Host>;
  /** One for all tests of the file or the block in which it is called, where none needs one of its own. */
  share(settings: Omit<HostSettings, 'url' | 'name'>): () => Host;
  query: Persistence['query'];
  /** A session of its own that is ended after the test, and what it holds with it. */
  connect(): Promise<pg.Client>;
}

/**
 * Call it at the top of a test file. After each test its hosts are closed, no connection of theirs may be left, and its
 * tasks are gone, so that no test sees what another began. A database that could not be made is all that is reported then.
 */
export function useLab(): Lab {
  let database: TestDatabase | undefined;
  let persistence: OpenPersistence | undefined;
  let hosts: Host[] = [];
  const shared = new Set<Host>();
  let clients: pg.Client[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    persistence = await openPersistence(database.url);
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.end())); // first: hosts may wait for what they hold
    clients = [];
    await Promise.all(hosts.map((host) => host.close()));
    hosts = [];
    if (persistence === undefined) return;
    await eventually(async () => expect(await otherConnections(persistence!)).toEqual([]));
    await persistence.query('delete from __schema__.tasks');
    if (shared.size === 0) await persistence.query('delete from __schema__.workers'); // a shared one keeps its name
  });
  afterAll(async () => {
    await Promise.all([...shared].map((host) => host.close())); // those of the file: this comes before what closes them
    shared.clear();
    await persistence?.close();
    await database?.drop();
  });

  return {
    get url() {
      return database!.url;
    },
    get persistence() {
      return persistence!;
    },
    open: async (settings) => {
      const host = await openHost({ url: database!.url, ...settings });
      hosts.push(host);
      return host;
    },
    share: (settings) => {
      let host: Host;
      beforeAll(async () => {
        host = await openHost({ url: database!.url, name: SHARED, ...settings });
        shared.add(host);
      });
      afterAll(async () => {
        if (shared.delete(host)) await host.close();
      });
      return () => host;
    },
    connect: async () => {
      const client = await connect(database!.url);
      clients.push(client);
      return client;
    },
    query: (sql, ...parameters) => persistence!.query(sql, ...parameters),
  };
}

/** What sessions of this database that a test should have ended did last. */
async function otherConnections({ query }: Persistence): Promise<string[]> {
  const rows = await query<{ query: string }>(
    `select application_name || ': ' || query as query from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
       and application_name not in ('', $1)`,
    SHARED,
  );
  return rows.map(({ query: last }) => last);
}
