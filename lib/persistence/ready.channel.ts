import { Injectable } from '@nestjs/common';
import type { Client, ClientConfig } from 'pg';
import { Database } from './database.js';
import { withinTime } from './time.limit.js';

/** The parts of TypeORM's PostgreSQL driver that are needed to open a separate connection with the host's settings. */
interface PostgresDriver {
  readonly postgres: { readonly Client: new (config: ClientConfig) => Client };
  readonly master: { readonly options: ClientConfig };
}

/** The time limit for opening and for each statement, in milliseconds, unless `database.statementTimeoutMs` is less. */
const LONGEST_MS = 10_000;
/** The time between two checks of the connection: a listener that receives nothing may have been cut off. */
const CHECK_MS = 30_000;
const CLOSE_LIMIT_MS = 500;

/** The channel to other processes. */
export interface ReadyChannel {
  /** Whether notices arrive. Behind a connection pooler, they can be sent but do not arrive. */
  readonly hears: boolean;
  /** Notifies the other processes that there is work. Only one call at a time. */
  notify(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the channel on which processes notify each other of ready work. It is a connection outside of the pool, because
 * LISTEN belongs to one session. Notices only shorten a wait, so callers must work without the channel, too.
 */
@Injectable()
export class ReadyChannelFactory {
  constructor(private readonly database: Database) {}

  /**
   * @param onReady is called when another process has made work ready
   * @param onLost is called when the connection broke; the channel is then closed and may be opened again
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
      void close(client); // it may still be open, and has no other owner
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
      // A notice stores nothing, so it needs no flush to disk.
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

/** Fields of `pg` that its types lack. */
type ListeningClient = Client & {
  /** The number of the session, as the server sent it when the connection was opened. */
  readonly processID?: number;
};

/**
 * Whether a pooler is between this process and the server. It gives each client its own number, for requests to cancel
 * statements, so the number differs from that of the session. A LISTEN would receive nothing there, and stay in a
 * session that others use.
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

/** Closes a connection and ignores errors. A connection that does not respond is cut off. */
async function close(client: ListeningClient): Promise<void> {
  client.removeAllListeners('error');
  client.on('error', () => undefined);
  await withinTime(
    client.end().catch(() => undefined),
    CLOSE_LIMIT_MS,
    () => void client.connection.stream.destroy(),
  );
}
