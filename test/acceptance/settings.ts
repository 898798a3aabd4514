import { randomBytes } from 'node:crypto';
import type pg from 'pg';

export type ServerName = 'embedded' | 'PostgreSQL 15';

/** How a database, or a host's way to it, differs from the plain one. */
export interface Setting {
  readonly server: ServerName;
  /** For the data source of TypeORM. @default {} */
  readonly dataSource?: Readonly<Record<string, unknown>>;
  /** Prepares the new database of a cell, as the superuser. @default nothing */
  readonly prepare?: (database: pg.Client, name: string) => Promise<unknown>;
  /** The template database to copy. @default 'plain' */
  readonly template?: 'plain' | 'owned';
  /** By which way the host reaches the database. @default 'direct' */
  readonly way?: 'direct' | 'pooler';
}

/** Who owns the schema in the template database "owned", and who the application is there. */
export const ROLES = {
  owner: { name: 'acceptance_owner', password: randomBytes(8).toString('hex') },
  application: { name: 'acceptance_application', password: randomBytes(8).toString('hex') },
} as const;

export const SETTINGS: Readonly<Record<string, Setting>> = {
  plain: { server: 'embedded' },
  'int8 parser': { server: 'embedded', dataSource: { parseInt8: true } },
  'other DateStyle': {
    server: 'embedded',
    prepare: async (database, name) => {
      await database.query(`alter database ${name} set datestyle = 'German, DMY'`);
      await database.query(`alter database ${name} set timezone = 'America/St_Johns'`);
    },
  },
  serializable: {
    server: 'embedded',
    prepare: (database, name) =>
      database.query(`alter database ${name} set default_transaction_isolation = 'serializable'`),
  },
  'PgBouncer in transaction mode': { server: 'embedded', way: 'pooler' },
  'publication for all tables': {
    server: 'embedded',
    prepare: (database) => database.query('create publication everything for all tables'),
  },
  'pool of 3': { server: 'embedded', dataSource: { poolSize: 3 } },
  'small role': { server: 'embedded', template: 'owned' },
  'PostgreSQL 15': { server: 'PostgreSQL 15' },
};

/** The setting that every other one is held to. */
export const PLAIN = 'plain';
