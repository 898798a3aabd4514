import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { DataSource } from 'typeorm';

/** The status of a session: idle, in a transaction, or in one that a failed statement aborted. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** The parts of a `pg` client of TypeORM's pool that the engine uses. */
export interface PgClient extends EventEmitter {
  query(statement: PgStatement): Promise<PgResult>;
  getTransactionStatus(): TransactionStatus | null;
  /** Closes the connection. */
  end(): Promise<void>;
  /** False while a statement runs, or while the server has not yet reported the end of a failed one. */
  readonly readyForQuery?: boolean;
  /** The running statement. */
  readonly _activeQuery?: unknown;
  /** The host of the server, or the path of a local socket. */
  readonly host?: string;
  readonly port?: number;
  /** The number of the session, which a request to cancel its statement needs. */
  readonly processID?: number;
  readonly secretKey?: unknown;
  /** Missing in `pg-native`. */
  readonly connection?: { readonly stream: Duplex };
  /** False after the connection was lost. `pg-pool` reads it, too. */
  readonly _queryable?: boolean;
  /** True after the engine gave the connection up. */
  readonly _ending?: boolean;
}

/** A client that is borrowed from the pool. */
export interface LentClient extends PgClient {
  release(): void;
}

export interface PgStatement {
  readonly text: string;
  readonly values?: unknown[];
  readonly types?: { getTypeParser(oid: number): (text: string) => unknown };
}

export interface PgResult {
  /** The command that the server executed, such as `ROLLBACK` instead of the commit of an aborted transaction. */
  readonly command: string;
  readonly rows: unknown[];
}

type PgClientClass = new (options: object) => PgClient & { connect(opened: (error?: Error) => void): void };

/** The parts of TypeORM's `pg` pool that the engine uses. */
export interface PgPool extends EventEmitter {
  readonly options: { readonly max?: number; readonly connectionTimeoutMillis?: number };
  readonly waitingCount: number;
  /** The class of the connections. */
  Client: PgClientClass;
  connect(): Promise<LentClient>;
  end(ended?: () => void): Promise<void> | void;
}

/** Undefined before the data source is initialised. */
export function poolOf({ driver }: DataSource): PgPool | undefined {
  return (driver as unknown as { readonly master?: PgPool }).master;
}

export function isLost(client: PgClient): boolean {
  return client._queryable === false || client._ending === true;
}
