import { Injectable } from '@nestjs/common';
import type { Client, ClientConfig } from 'pg';
import { Database } from './database.js';
import { withinTime } from './time.limit.js';

/** The parts of TypeORM's PostgreSQL driver that lead to a connection of our own with the host's settings. */
interface PostgresDriver {
  readonly postgres: { readonly Client: new (config: ClientConfig) => Client };
  readonly master: { readonly options: ClientConfig };
}

/** How long opening and each statement may take, in milliseconds, unless `database.statementTimeoutMs` is less. */
const LONGEST_MS = 10_000;
/** Between two looks whether the connection still answers: a listener that hears nothing may have been cut off. */
const CHECK_MS = 30_000;
const CLOSE_LIMIT_MS = 500;

/** The way to other processes. */
export interface ReadyChannel {
  /** False behind a connection pooler, where notices can be sent and none arrive. */
  readonly hears: boolean;
  /** Tells the other processes that there is work; one call at a time. */
  notify(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the channel on which processes tell each other that work became ready. It is a connection outside the pool, as
 * LISTEN belongs to one session. Notices only shorten a wait; whoever opens the channel must live without it.
 */
@Injectable()
export class ReadyChannelFactory {
  constructor(private readonly database: Database) {}

  /**
   * @param onReady another process made work ready
   * @param onLost the connection broke; the channel is closed and may be opened again
   */
  async open(onReady: () => void, onLost: (error: Error) => void): Promise<ReadyChannel> {
    const driver = this.database.dataSource.driver as unknown as PostgresDriver;
    const client = new driver.postgres.Client(driver.master.options) as ListeningClient;
    const channel = `${this.database.schema}_ready`;
    const inTime = within(Math.min(LONGEST_MS, this.database.limitMs));
    client.on('error', onLost);
    try {
      await inTime(client.connect());
      if (await inTime(isPooled(client))) {
        void close(client);
        return this.speakOnly(channel);
      }
      client.on('notification', ({ processId }) => {
        if (processId !== client.processID) onReady();
      });
      await inTime(client.query(`listen ${channel}`));
    } catch (error) {
      void close(client); // it may be open still, and nobody else knows of it
      throw error;
    }
    let isBusy = false; // a connection takes one statement at a time
    const say = async (sql: string): Promise<void> => {
      isBusy = true;
      await inTime(client.query(sql)).finally(() => (isBusy = false));
    };
    const checking = setInterval(() => void (isBusy || say('select 1').catch(onLost)), CHECK_MS);
    checking.unref();
    return {
      hears: true,
      // A notice needs no flush to disk: it makes nothing durable.
      notify: () => say(`begin; set local synchronous_commit = off; notify ${channel}; commit`),
      close: async () => {
        clearInterval(checking);
        await close(client);
      },
    };
  }

  private speakOnly(channel: string): ReadyChannel {
    return {
      hears: false,
      notify: async () => {
        await this.database.query(`notify ${channel}`, []);
      },
      close: () => Promise.resolve(),
    };
  }
}

/** What `pg` has and its types lack. */
type ListeningClient = Client & {
  /** Of the session, as the server said when it was opened. */
  readonly processID?: number;
};

/**
 * Whether somebody between us and the server shares its sessions out: such a pooler gives each client a number of its own, by
 * which it is asked to cancel statements. Listening there would hear nothing, and leave a listener in a session of others.
 */
async function isPooled(client: ListeningClient): Promise<boolean> {
  const { rows } = await client.query<{ pid: string }>('select pg_backend_pid()::text as pid');
  return client.processID !== undefined && Number(rows[0]!.pid) !== client.processID;
}

function within(limitMs: number): <T>(work: Promise<T>) => Promise<T> {
  return (work) =>
    withinTime(work, limitMs, () => {
      throw new Error(`the server did not respond within ${limitMs / 1_000} s`);
    });
}

/** How the connection breaks while it is given up does not matter; one that is silent is cut off. */
async function close(client: ListeningClient): Promise<void> {
  client.removeAllListeners('error');
  client.on('error', () => undefined);
  await withinTime(
    client.end().catch(() => undefined),
    CLOSE_LIMIT_MS,
    () => void client.connection.stream.destroy(),
  );
}
