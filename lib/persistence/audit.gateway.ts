import { Injectable } from '@nestjs/common';
import { Database, LONG_MS } from './database.js';

/** The last entry of a chain. */
export interface AuditHead {
  /** Empty for the chain of what belongs to no namespace. */
  readonly namespace: string;
  /** '0' for a chain without entries. */
  readonly seq: string;
  /** In hexadecimal digits. */
  readonly hash: string;
}

/** A chain: its last entry, and the last one that was removed from its beginning. */
export interface AuditChain extends AuditHead {
  readonly removed: Pick<AuditHead, 'seq' | 'hash'>;
}

/** An entry before it is sealed. */
export interface UnsealedEntry {
  readonly id: string;
  /** The fields as PostgreSQL writes them in a JSON array, without its brackets. */
  readonly fields: string;
  /** As JSON. */
  readonly details: string;
}

/** The place of an entry in its chain. All hashes and the salt are in hexadecimal digits. */
export interface Seal {
  readonly id: string;
  readonly seq: string;
  readonly salt: string;
  readonly detailsHash: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** An entry of a chain. */
export interface SealedEntry extends Omit<Seal, 'salt'>, Pick<UnsealedEntry, 'fields'> {
  /** Null if the details were erased, as the salt then is. */
  readonly details: string | null;
  readonly salt: string | null;
}

/** SQL for the fields that the hash of an entry covers, in their order. All are texts, so that they have one form. */
const FIELDS = `btrim(json_build_array(
  e.entry_id::text, (extract(epoch from e.occurred_at) * 1000000)::bigint::text, e.operation, e.permission, e.face, e.actor,
  e.method, e.token_id, e.correlation_id, e.subject_kind, e.subject_id, e.task_id::text, e.outcome, e.code
)::text, '[]')`;

const hex = (column: string): string => `encode(${column}, 'hex')`;

/** Stores entries of the audit log, and seals them into chains. */
@Injectable()
export class AuditGateway {
  constructor(private readonly database: Database) {}

  /** Stores entries that belong to no other statement. @param entries as JSON; see `sql/functions/note_audit_entry.sql` */
  async note(entries: readonly string[]): Promise<void> {
    await this.database.query('select __schema__.note_audit_entry(e) from unnest($1::jsonb[]) e', [entries]);
  }

  /** Returns some namespaces with entries that are not sealed. */
  async unsealedNamespaces(): Promise<readonly string[]> {
    const rows = await this.database.query<{ namespace: string }>(
      'select distinct namespace from (select namespace from __schema__.audit_inbox order by entry_id limit 10000) e',
      [],
    );
    return rows.map(({ namespace }) => namespace);
  }

  /**
   * Seals the oldest entries of a namespace, in one transaction. Of several processes, one does it, and the others pass
   * over the namespace.
   *
   * @param seal returns the seals of the entries, in the same order
   * @returns the number of entries
   */
  async seal(
    namespace: string,
    limit: number,
    seal: (head: AuditHead, entries: readonly UnsealedEntry[]) => readonly Seal[],
  ): Promise<number> {
    return this.database.transaction(async (session) => {
      const ask = <Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> =>
        this.database.query<Row>(sql, parameters, session);
      await ask('insert into __schema__.audit_chains (namespace) values ($1) on conflict do nothing', [namespace]);
      const [head] = await ask<AuditHead>(
        `select c.namespace, c.seq, ${hex('c.hash')} as hash from __schema__.audit_chains c
         where c.namespace = $1 for update skip locked`,
        [namespace],
      );
      if (!head) return 0;
      const entries = await ask<UnsealedEntry>(
        `select e.entry_id as id, ${FIELDS} as fields, e.details::text as details from __schema__.audit_inbox e
         where e.namespace = $1 order by e.entry_id limit $2`,
        [namespace, limit],
      );
      if (entries.length === 0) return 0;
      const seals = seal(head, entries);
      await ask(SEAL, [namespace, JSON.stringify(seals)]);
      return seals.length;
    });
  }

  /** Returns the chains by namespace. @param namespaces null for all */
  async chains(namespaces: readonly string[] | null): Promise<readonly AuditChain[]> {
    return this.database.query<AuditChain>(
      `select c.namespace, c.seq, ${hex('c.hash')} as hash,
         json_build_object('seq', c.removed_seq::text, 'hash', ${hex('c.removed_hash')}) as removed
       from __schema__.audit_chains c where $1::text[] is null or c.namespace = any ($1) order by c.namespace`,
      [namespaces],
    );
  }

  /** Returns the next entries of a chain, by their place. */
  async entriesAfter(namespace: string, seq: string, limit: number): Promise<readonly SealedEntry[]> {
    return this.database.query<SealedEntry>(
      `select e.entry_id as id, e.seq, ${FIELDS} as fields, e.details::text as details, ${hex('e.details_salt')} as salt,
         ${hex('e.details_hash')} as "detailsHash", ${hex('e.previous_hash')} as "previousHash", ${hex('e.hash')} as hash
       from __schema__.audit_log e where e.namespace = $1 and e.seq > $2::bigint order by e.seq limit $3`,
      [namespace, seq, limit],
      undefined,
      LONG_MS,
    );
  }
}

const SEAL = `
  with seal as materialized (
    select s.* from json_to_recordset($2::json) as s (
      id bigint, seq bigint, salt text, "detailsHash" text, "previousHash" text, hash text
    )
  ),
  moved as (
    delete from __schema__.audit_inbox e using seal s where e.entry_id = s.id returning e.*
  ),
  stored as (
    insert into __schema__.audit_log (
      namespace, seq, entry_id, occurred_at, operation, permission, face, actor, method, token_id, correlation_id,
      subject_kind, subject_id, task_id, outcome, code, details, details_salt, details_hash, previous_hash, hash
    )
    select e.namespace, s.seq, e.entry_id, e.occurred_at, e.operation, e.permission, e.face, e.actor, e.method,
      e.token_id, e.correlation_id, e.subject_kind, e.subject_id, e.task_id, e.outcome, e.code, e.details,
      decode(s.salt, 'hex'), decode(s."detailsHash", 'hex'), decode(s."previousHash", 'hex'), decode(s.hash, 'hex')
    from moved e join seal s on s.id = e.entry_id
  )
  update __schema__.audit_chains c set seq = s.seq, hash = decode(s.hash, 'hex')
  from (select seq, hash from seal order by seq desc limit 1) s
  where c.namespace = $1`;
