import { Inject, Injectable } from '@nestjs/common';
import type { AuditEntry } from '../workflow/audit.entry.js';
import type { AuditFilter } from '../workflow/audit.filter.js';
import { Database } from './database.js';
import { iso } from './instant.text.js';
import { Parameters } from './task-filter.sql.js';

export interface AuditListQuery {
  readonly filter: AuditFilter;
  /** The namespaces whose entries may be found; null for all, and for entries of none. */
  readonly within: readonly string[] | null;
  /** Selects entries that are older than the one with this id; null for all. */
  readonly olderThan: string | null;
  readonly limit: number;
}

/** The conditions on an entry, by field. */
const CONDITIONS: { readonly [Field in keyof AuditFilter]-?: (parameter: string) => string } = {
  namespace: (p) => `e.namespace = ${p}`,
  actor: (p) => `e.actor = ${p}`,
  operation: (p) => `e.operation = ${p}`,
  outcomes: (p) => `e.outcome = any (${p}::text[])`,
  subjectKinds: (p) => `e.subject_kind = any (${p}::text[])`,
  subjectId: (p) => `e.subject_id = ${p}`,
  taskId: (p) => `e.task_id = ${p}::bigint`,
  tokenId: (p) => `e.token_id = ${p}`,
  correlationId: (p) => `e.correlation_id = ${p}`,
  from: (p) => `e.occurred_at >= ${p}::timestamptz`,
  to: (p) => `e.occurred_at < ${p}::timestamptz`,
};

/** Finds entries of the audit log, sealed or not. */
@Injectable()
export class AuditListGateway {
  constructor(@Inject(Database) private readonly database: Pick<Database, 'queryWhole'>) {}

  /**
   * Returns the newest entries first.
   * @throws AnswerTooLargeError
   */
  async list(query: AuditListQuery): Promise<readonly AuditEntry[]> {
    const parameters = new Parameters();
    const where = conditionsOf(query, parameters).join(' and ') || 'true';
    const limit = parameters.add(query.limit);
    // One statement, and so one snapshot: an entry that is being sealed is found exactly once.
    return this.database.queryWhole<AuditEntry>(
      `select f.* from (
         (select ${columns('null::text', 'null::text')} from __schema__.audit_inbox e
           where ${where} order by e.entry_id desc limit ${limit})
         union all
         (select ${columns('e.seq::text', `encode(e.hash, 'hex')`)} from __schema__.audit_log e
           where ${where} order by e.entry_id desc limit ${limit})
       ) f order by f.id::bigint desc limit ${limit}`,
      parameters.values,
    );
  }
}

function conditionsOf({ filter, within, olderThan }: AuditListQuery, parameters: Parameters): string[] {
  const given = Object.entries<unknown>({ ...filter }).filter(([, value]) => value !== undefined);
  return [
    ...given.map(([field, value]) => CONDITIONS[field as keyof AuditFilter](parameters.add(value))),
    ...(within === null ? [] : [`e.namespace = any (${parameters.add(within)}::text[])`]),
    ...(olderThan === null ? [] : [`e.entry_id < ${parameters.add(olderThan)}::bigint`]),
  ];
}

const columns = (seq: string, hash: string): string => `
  e.entry_id::text as id, ${iso('e.occurred_at')} as "occurredAt", nullif(e.namespace, '') as namespace, ${seq} as seq,
  ${hash} as hash, e.operation, e.permission, e.face, e.actor, e.method, e.token_id as "tokenId",
  e.correlation_id as "correlationId", e.subject_kind as "subjectKind", e.subject_id as "subjectId",
  e.task_id::text as "taskId", e.outcome, e.code, e.details`;
