import { ArgsType, Field, Int } from '@nestjs/graphql';
import type { AuditChainHead } from '../../audit/audit.export.js';
import type { AuditListRequest } from '../../audit/audit.request.js';
import type { AuditEntry } from '../../workflow/audit.entry.js';
import { AuditFilterFields, type AuditFilter } from '../../workflow/audit.filter.js';
import { inputTypeOf } from '../input.type.js';
import { objectTypeOf } from '../object.type.js';
import { given, type Nullable } from '../reading/given.js';

export const AuditEntryType = objectTypeOf<AuditEntry>('AuditEntry', 'AuditEntry');
export const AuditChainHeadType = objectTypeOf<AuditChainHead>('AuditChainHead', 'AuditChainHead');

const AuditFilterInput = inputTypeOf('AuditFilterInput', Object, AuditFilterFields, {
  description: 'Selects entries of the audit log for which all given conditions hold. A null is ignored.',
});

@ArgsType()
export class AuditListArgs {
  @Field(() => Int, { nullable: true, description: 'The number of entries to return: 1 to 100, 20 if omitted.' })
  readonly first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'A cursor; only entries after it, which are older, are returned.',
  })
  readonly after?: string | null;

  @Field(() => AuditFilterInput, { nullable: true })
  readonly filter?: Nullable<AuditFilter> | null;
}

/** Not a class, for the same reason as `AskedList`. */
export type AskedEntries = Readonly<AuditListArgs>;

/** Converts the arguments to the request that the service expects, which it checks. */
export function auditRequest(asked: AskedEntries): AuditListRequest {
  const { first, after, filter = {} } = given(asked);
  return { ...given(filter), ...(first !== undefined && { limit: first }), ...(after !== undefined && { after }) };
}
