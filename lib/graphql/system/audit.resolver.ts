import { Inject } from '@nestjs/common';
import { Args } from '@nestjs/graphql';
import { listAuditEntries, listAuditHeads } from '../../api/audit.operations.js';
import type { AuditChainHead } from '../../audit/audit.export.js';
import { AuditService } from '../../audit/audit.service.js';
import type { Scoped } from '../../auth/scoped.js';
import { visibleNamespaces } from '../../auth/visible.namespaces.js';
import type { AuditEntry } from '../../workflow/audit.entry.js';
import { CurrentExecution, grantIn, type Execution } from '../graphql.execution.js';
import { connectionOf, connectionTypeOf, type Connection } from '../reading/connection.type.js';
import { OperationQuery } from '../reading/operation.query.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { AuditChainHeadType, AuditEntryType, AuditListArgs, auditRequest, type AskedEntries } from './audit.types.js';

const AuditEntryConnectionType = connectionTypeOf(AuditEntryType, 'AuditEntry');

/** The audit log. */
@TaskerResolver()
export class AuditResolver {
  constructor(@Inject(AuditService) private readonly audit: Scoped<AuditService>) {}

  @OperationQuery(() => AuditEntryConnectionType, listAuditEntries)
  async auditEntries(
    @Args({ type: () => AuditListArgs }) asked: AskedEntries,
    @CurrentExecution() execution: Execution,
  ): Promise<Connection<AuditEntry>> {
    const { items, hasNext } = await this.audit.list(auditRequest(asked), namespacesIn(execution));
    const edges = items.map(({ entry, cursor }) => ({ node: entry, cursor }));
    return connectionOf(edges, { hasNext, hasPrevious: false });
  }

  @OperationQuery(() => [AuditChainHeadType], listAuditHeads)
  auditHeads(@CurrentExecution() execution: Execution): Promise<readonly AuditChainHead[]> {
    return this.audit.heads(namespacesIn(execution));
  }
}

function namespacesIn(execution: Execution): readonly string[] | null {
  const { access, scope } = grantIn(execution);
  return visibleNamespaces(access.user, scope);
}
