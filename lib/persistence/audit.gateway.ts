import { Inject, Injectable } from '@nestjs/common';
import { AUDIT_REMOVAL } from '../workflow/audit.entry.js';
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

/** A head that is to be published, and the present time. */
export interface DueHead extends AuditHead {
  readonly time: string;
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

/** A range of a chain in which the database found nothing wrong. */
export interface SoundRange {
  /** The hash that the first entry has for the one before the range. */
  readonly before: string;
  /** The hashes of the last two entries. */
  readonly hashBefore: string;
  readonly hash: string;
  readonly erased: number;
  /** The details of the entries about removals. */
  readonly removals: readonly Readonly<Record<string, unknown>>[];
}

/** Continues a chain with entries. */
export type Sealing = (head: AuditHead, entries: readonly UnsealedEntry[]) => readonly Seal[];

/** SQL for the fields that the hash of an entry covers, in their order. All are texts, so that they have one form. */
const FIELDS = `btrim(json_build_array(
  e.entry_id::text, (extract(epoch from e.occurred_at) * 1000000)::bigint::text, e.operation, e.permission, e.face, e.actor,
  e.method, e.token_id, e.correlation_id, e.subject_kind, e.subject_id, e.task_id::text, e.outcome, e.code
)::text, '[]')`;

const hex = (column: string): string => `encode(${column}, 'hex')`;

/** SQL for the hash before the first entry of a chain. */
const NO_HASH = `decode(repeat('00', 32), 'hex')`;

/** The part of the database that the gateway uses; the command line has another one. */
export interface AuditDatabase {
  /** @param session of a transaction */
  query<Row>(sql: string, parameters: readonly unknown[], session?: unknown): Promise<Row[]>;
  transaction<T>(work: (session: unknown) => Promise<T>, limitMs?: number): Promise<T>;
}

/** SQL for the namespaces in a table: a jump to the next one by an index, however many rows there are. */
const namespacesIn = (table: string): string => `
  with recursive found as (
    (select e.namespace from __schema__.${table} e order by e.namespace limit 1)
    union all
    select (select e.namespace from __schema__.${table} e where e.namespace > f.namespace order by e.namespace limit 1)
    from found f where f.namespace is not null
  )
  select f.namespace from found f where f.namespace is not null`;

/** Stores entries of the audit log, and seals them into chains. */
@Injectable()
export class AuditGateway {
  constructor(@Inject(Database) private readonly database: AuditDatabase) {}

  /** Stores entries that belong to no other statement. @param entries as JSON; see `sql/functions/note_audit_entry.sql` */
  async note(entries: readonly string[]): Promise<void> {
    await this.database.query('select __schema__.note_audit_entry(e) from unnest($1::jsonb[]) e', [entries]);
  }

  /** Returns the namespaces with entries that are not sealed. */
  async unsealedNamespaces(): Promise<readonly string[]> {
    const rows = await this.database.query<{ namespace: string }>(namespacesIn('audit_inbox'), []);
    return rows.map(({ namespace }) => namespace);
  }

  /**
   * Seals the oldest entries of a namespace, in one transaction. Of several processes, one does it, and the others pass
   * over the namespace.
   *
   * @param seal returns the seals of the entries, in the same order
   * @returns the number of entries
   */
  async seal(namespace: string, limit: number, seal: Sealing): Promise<number> {
    return this.withBuiltIns(async (ask) => {
      await ask('insert into __schema__.audit_chains (namespace) values ($1) on conflict do nothing', [namespace]);
      return sealIn(ask, namespace, 'true', limit, seal);
    });
  }

  /**
   * Removes the oldest entries of a chain and seals an entry about it, in one transaction; see
   * `sql/functions/remove_audit_entries.sql`. Passes over a chain that another process seals.
   *
   * @returns the number of entries that were removed
   */
  async removeOld(namespace: string, seconds: number, limit: number, seal: Sealing): Promise<number> {
    return this.withBuiltIns(async (ask) => {
      const parameters = [namespace, seconds, limit];
      const [answer] = await ask<{ count: number }>(
        'select __schema__.remove_audit_entries($1, $2, $3) as count',
        parameters,
      );
      if (answer!.count > 0) await sealIn(ask, namespace, `e.operation = '${AUDIT_REMOVAL}'`, 1, seal);
      return answer!.count;
    }, LONG_MS);
  }

  /**
   * Returns the chains by namespace. One that is not noted, although it has entries, has no head.
   * @param namespaces null for all
   */
  async chains(namespaces: readonly string[] | null): Promise<readonly AuditChain[]> {
    return this.withBuiltIns((ask) => ask<AuditChain>(CHAINS, [namespaces]));
  }

  /** Returns the next entries of a chain by their place; all of a place, even if the table has lost its primary key. */
  async entriesAfter(namespace: string, seq: string, limit: number): Promise<readonly SealedEntry[]> {
    return this.withBuiltIns((ask) => ask<SealedEntry>(ENTRIES, [namespace, seq, limit]), LONG_MS);
  }

  /**
   * Lets PostgreSQL compute all hashes of the entries of these places, and compare them. Returns null if one is missing, or if a
   * hash is another one than it should be, so that the entries have to be read.
   * @param after the place before the first one
   */
  async soundRange(namespace: string, after: string, through: string): Promise<SoundRange | null> {
    const parameters = [namespace, JSON.stringify(namespace), after, through];
    const [row] = await this.withBuiltIns(async (ask) => {
      await ask(`select ${IN_PARALLEL}`, []);
      return ask<SoundRange & { readonly isSound: boolean }>(SOUND, parameters);
    }, LONG_MS);
    if (!row?.isSound) return null;
    const { isSound: _, ...range } = row;
    return range;
  }

  /**
   * Takes the heads that changed and are due. For so many seconds, other processes do not get them.
   * @returns the heads, and the present time as text
   */
  async takeHeads(seconds: number): Promise<readonly DueHead[]> {
    return this.withBuiltIns((ask) => ask<DueHead>(TAKE_HEADS, [seconds]));
  }

  /** Notes that heads were published; the next ones of these chains are due after so many seconds. */
  async notePublished(heads: readonly AuditHead[], seconds: number): Promise<void> {
    await this.database.query(
      `update __schema__.audit_chains c
       set published_seq = greatest(c.published_seq, h.seq), publish_at = now() + make_interval(secs => $3)
       from unnest($1::text[], $2::bigint[]) as h (namespace, seq) where c.namespace = h.namespace`,
      [heads.map(({ namespace }) => namespace), heads.map(({ seq }) => seq), seconds],
    );
  }

  /** A transaction in which no function or operator of the database hides one of PostgreSQL of the same name. */
  private withBuiltIns<T>(work: (ask: Ask) => Promise<T>, limitMs?: number): Promise<T> {
    return this.database.transaction(async (session) => {
      const ask: Ask = (sql, parameters) => this.database.query(sql, parameters, session);
      await ask('set local search_path to pg_catalog, pg_temp', []);
      return work(ask);
    }, limitMs);
  }
}

type Ask = <Row>(sql: string, parameters: readonly unknown[]) => Promise<Row[]>;

/** Seals entries that wait and meet the condition. No other transaction can, because it locks the chain. */
async function sealIn(ask: Ask, namespace: string, condition: string, limit: number, seal: Sealing): Promise<number> {
  const [head] = await ask<AuditHead>(
    `select c.namespace, c.seq, ${hex('c.hash')} as hash from __schema__.audit_chains c
     where c.namespace = $1 for update skip locked`,
    [namespace],
  );
  if (!head) return 0;
  const entries = await ask<UnsealedEntry>(
    `select e.entry_id as id, ${FIELDS} as fields, e.details::text as details from __schema__.audit_inbox e
     where e.namespace = $1 and ${condition} order by e.entry_id limit $2`,
    [namespace, limit],
  );
  if (entries.length === 0) return 0;
  const seals = seal(head, entries);
  const [stored] = await ask<{ count: number }>(SEAL, [namespace, JSON.stringify(seals)]);
  if (stored?.count !== seals.length) throw new Error('Entries of the audit log were removed before they were sealed.');
  return seals.length;
}

/** Rows are locked in the order of the namespaces, and those that are being sealed are left for the next time. */
const TAKE_HEADS = `
  with due as (
    select c.namespace from __schema__.audit_chains c where c.seq > c.published_seq and c.publish_at <= now()
    order by c.namespace limit 1000 for update skip locked
  )
  update __schema__.audit_chains c set publish_at = now() + make_interval(secs => $1)
  from due d where c.namespace = d.namespace
  returning c.namespace, c.seq, ${hex('c.hash')} as hash,
    to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time`;

const CHAINS = `
  select n.namespace, coalesce(c.seq, 0) as seq, ${hex(`coalesce(c.hash, ${NO_HASH})`)} as hash,
    json_build_object(
      'seq', coalesce(c.removed_seq, 0)::text, 'hash', ${hex(`coalesce(c.removed_hash, ${NO_HASH})`)}
    ) as removed
  from (select a.namespace from __schema__.audit_chains a union (${namespacesIn('audit_log')})) n
  left join __schema__.audit_chains c on c.namespace = n.namespace
  where $1::text[] is null or n.namespace = any ($1) order by n.namespace`;

const ENTRIES = `
  select e.entry_id as id, e.seq, ${FIELDS} as fields, e.details::text as details, ${hex('e.details_salt')} as salt,
    ${hex('e.details_hash')} as "detailsHash", ${hex('e.previous_hash')} as "previousHash", ${hex('e.hash')} as hash
  from __schema__.audit_log e
  where e.namespace = $1 and e.seq > $2::bigint and e.seq <= (
    select max(b.seq) from (
      select f.seq from __schema__.audit_log f where f.namespace = $1 and f.seq > $2::bigint order by f.seq limit $3
    ) b
  )
  order by e.seq`;

/** The entries of a range, from after one place to another. */
const IN_RANGE = 'from __schema__.audit_log e where e.namespace = $1 and e.seq > $3::bigint and e.seq <= $4::bigint';

/** For ranges, which are checked by several processes of the server: the planner takes them for too small. */
const IN_PARALLEL = [
  'parallel_setup_cost',
  'parallel_tuple_cost',
  'min_parallel_table_scan_size',
  'min_parallel_index_scan_size',
]
  .map((setting) => `set_config('${setting}', '0', true)`)
  .join(', ');

/**
 * The formulas are those of `audit.chain.ts`. What is null where nothing should be counts as wrong. The hashes have a query of their
 * own, because windows and lists are not made in parallel.
 */
const SOUND = `
  select hashes."isSound" and links."areSound" as "isSound", hashes.before, hashes."hashBefore", hashes.hash, hashes.erased,
    (
      select coalesce(json_agg(e.details), '[]')
      ${IN_RANGE} and e.operation = '${AUDIT_REMOVAL}' and e.details is not null
    ) as removals
  from (
    select count(*) = $4::bigint - $3::bigint and bool_and(coalesce(
        e.hash = sha256(convert_to(concat(
          '["', ${hex('e.previous_hash')}, '", ', $2::text, ', "', e.seq, '", ', ${FIELDS}, ', "', ${hex('e.details_hash')}, '"]'
        ), 'UTF8'))
        and (e.details is null or e.details_hash = sha256(convert_to(
          ${hex('e.details_salt')} || e.details::text, 'UTF8'
        ))), false)) as "isSound",
      max(${hex('e.previous_hash')}) filter (where e.seq = $3::bigint + 1) as before,
      max(${hex('e.previous_hash')}) filter (where e.seq = $4::bigint) as "hashBefore",
      max(${hex('e.hash')}) filter (where e.seq = $4::bigint) as hash,
      (count(*) filter (where e.details is null))::integer as erased
    ${IN_RANGE}
  ) hashes
  cross join (
    select bool_and(coalesce(link.link is null or link.link = link.previous_hash, false)) as "areSound"
    from (select e.previous_hash, lag(e.hash) over (order by e.seq) as link ${IN_RANGE}) link
  ) links`;

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
    returning true
  )
  update __schema__.audit_chains c set seq = s.seq, hash = decode(s.hash, 'hex')
  from (select seq, hash from seal order by seq desc limit 1) s
  where c.namespace = $1
  returning (select count(*)::integer from stored) as count`;
