import { Inject, Injectable } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import { currentOrigin, type RequestOrigin } from '../options/request.origin.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import type { AuditKind } from '../workflow/audit.entry.js';
import type { JsonObject } from '../workflow/json.js';
import { Database, type Speaker } from './database.js';
import type { SqlCalls } from './sql.calls.js';

/** What is done to an object, for an entry of the audit log. */
export interface AuditedAct {
  /** Such as `cancelTask`. */
  readonly operation: string;
  readonly kind: AuditKind;
  /** Null if the database gives the object its id. */
  readonly id: string | null;
  readonly taskId?: string | null;
  /** Who does it, if the code of the host says so. */
  readonly actor?: string;
  /** Undefined and null fields are left out. */
  readonly details?: Readonly<Record<string, JsonObject[string] | undefined>>;
}

/** Calls SQL functions of operations together with an entry of the audit log: both happen, or neither. */
@Injectable()
export class AuditWriter {
  constructor(
    @Inject(Database) private readonly database: SqlCalls<[Speaker?]>,
    @Inject(TASKER_OPTIONS) private readonly options: Pick<ResolvedOptions, 'audit'>,
  ) {}

  /** Calls an SQL function like `Database.call`. */
  call<Answer>(act: AuditedAct, name: string, parameters: readonly unknown[], speaker?: Speaker): Promise<Answer> {
    const entry = this.entryOf(act);
    return entry === null
      ? this.database.call(name, parameters, speaker)
      : this.database.callAudited(name, parameters, JSON.stringify(entry), speaker);
  }

  /** The entry of an act; null if there is no audit log. See `sql/functions/note_audit_entry.sql`. */
  entryOf(act: AuditedAct, origin = currentOrigin()): JsonObject | null {
    return this.options.audit.enabled ? entryOf(act, origin) : null;
  }
}

function entryOf(act: AuditedAct, origin: RequestOrigin | undefined): JsonObject {
  const { operation, kind, id, taskId = null, actor = null, details = {} } = act;
  const { roles = null, address = null } = origin ?? {};
  const request = origin && origin.operation !== operation ? origin.operation : null;
  return {
    operation,
    ...{ kind, id, taskId },
    permission: origin?.permission ?? null,
    face: origin?.face ?? 'code',
    actor: origin?.actor ?? actor,
    method: origin?.method ?? null,
    tokenId: origin?.tokenId ?? null,
    correlationId: origin?.correlationId ?? null,
    details: { roles: roles && [...roles], address, request, ...(details as JsonObject) },
  };
}
