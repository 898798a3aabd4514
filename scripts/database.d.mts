import type { EmbeddedPostgresOptions } from '../lib/embedded/embedded-postgres.mjs';

export interface Server {
  /** A connection string that may create databases. */
  readonly url: string;
  /** Whether this process started the server, rather than found it by `DATABASE_URL`. */
  readonly embedded: boolean;
  /** Stops an embedded server and removes its files; leaves a server of yours as it is. */
  stop(): Promise<void>;
}

/** A failure that its message explains in one sentence. */
export declare class DatabaseUnreachableError extends Error {}

/** Uses `DATABASE_URL` when it is set, otherwise starts an embedded server with the options. */
export declare function openServer(options?: EmbeddedPostgresOptions): Promise<Server>;
