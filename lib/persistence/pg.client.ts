import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { DataSource } from 'typeorm';

/** Where a session stands: idle, in a transaction, or in one that a failed statement aborted. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** The parts of a `pg` client that we use; TypeORM's pool lends them. */
export interface PgClient extends EventEmitter {
  query(statement: PgStatement): Promise<PgResult>;
  getTransactionStatus(): TransactionStatus | null;
  /** Closes the connection. */
  end(): Promise<void>;
  /** False while a statement is under way, or the server has not said yet that it is done with a failed one. */
  readonly readyForQuery?: boolean;
  /** The statement whose answer is awaited. */
  readonly _activeQuery?: unknown;
  /** Where it is connected to; a path where that is a socket of this machine. */
  readonly host?: string;
  readonly port?: number;
  /** By which the server knows the session when it is asked to cancel its statement. */
  readonly processID?: number;
  readonly secretKey?: unknown;
  /** Absent with `pg-native`. */
  readonly connection?: { readonly stream: Duplex };
  /** False once the connection is lost; `pg-pool` goes by it as well. */
  readonly _queryable?: boolean;
  /** True once we gave it up. */
  readonly _ending?: boolean;
}

/** A client that the pool lent, and waits for. */
export interface LentClient extends PgClient {
  release(): void;
}

export interface PgStatement {
  readonly text: string;
  readonly values?: unknown[];
  readonly types?: { getTypeParser(oid: number): (text: string) => unknown };
}

export interface PgResult {
  /** The first word of what the server did: `ROLLBACK` where it was to commit an aborted transaction. */
  readonly command: string;
  readonly rows: unknown[];
}

type PgClientClass = new (options: object) => PgClient & { connect(opened: (error?: Error) => void): void };

/** The parts of the `pg` pool below TypeORM that we use. */
export interface PgPool extends EventEmitter {
  readonly options: { readonly max?: number; readonly connectionTimeoutMillis?: number };
  readonly waitingCount: number;
  /** What connections are made of. */
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
