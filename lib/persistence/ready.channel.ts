import { Injectable } from '@nestjs/common';
import type { Client, ClientConfig } from 'pg';
import { Database } from './database.js';

/** The parts of TypeORM's PostgreSQL driver that lead to a connection of our own with the host's settings. */
interface PostgresDriver {
  readonly postgres: { readonly Client: new (config: ClientConfig) => Client };
  readonly master: { readonly options: ClientConfig };
}

/** One listening connection. */
export interface ReadyChannel {
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
    const client = new driver.postgres.Client(driver.master.options);
    const channel = `${this.database.schema}_ready`;
    let own = 0;
    client.on('notification', ({ processId }) => {
      if (processId !== own) onReady();
    });
    client.on('error', onLost);
    await client.connect();
    try {
      own = await listen(client, channel);
    } catch (error) {
      void close(client).catch(() => undefined); // it may be open still, and nobody else knows of it
      throw error;
    }
    return {
      notify: async () => {
        await client.query(`notify ${channel}`);
      },
      close: () => close(client),
    };
  }
}

/** Answers the number of the session. */
async function listen(client: Client, channel: string): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  // A notice needs no flush to disk: it makes nothing durable.
  await client.query('set synchronous_commit = off');
  await client.query(`listen ${channel}`);
  return rows[0]!.pid;
}

async function close(client: Client): Promise<void> {
  client.removeAllListeners('error');
  client.on('error', () => undefined); // the connection is being given up; how it breaks does not matter
  await client.end();
}
