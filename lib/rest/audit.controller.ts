import { Inject, Req, Res } from '@nestjs/common';
import { exportAuditLog, listAuditEntries, listAuditHeads, verifyAuditLog } from '../api/audit.operations.js';
import type { AuditChainHead } from '../audit/audit.export.js';
import { AuditChainFields, AuditListFields, type AuditListRequest } from '../audit/audit.request.js';
import { AuditService, type AuditReport } from '../audit/audit.service.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import { visibleNamespaces } from '../auth/visible.namespaces.js';
import type { AuditEntry } from '../workflow/audit.entry.js';
import { LinesAnswer } from './lines.answer.js';
import { cursorsOf } from './page.links.js';
import { QueryBy, queryOf } from './query.pipe.js';
import { Called, type RouteCall } from './route.call.js';
import { Route } from './route.decorator.js';
import { TaskerController } from './tasker-controller.decorator.js';

const LIST_QUERY = queryOf(AuditListFields);
const CHAIN_QUERY = queryOf(AuditChainFields);
const EXPORT = {
  schema: null,
  media: {
    'application/x-ndjson': {
      description: 'An entry on each line. If the connection ends without the end of the answer, lines are missing.',
      carries: 'AuditExportLine',
    },
  },
} as const;

export interface AuditListDocument {
  readonly entries: readonly AuditEntry[];
  /** The cursor for the parameter `after` of the next page. Null on the last page. */
  readonly page: { readonly next: string | null };
}

export interface AuditHeadListDocument {
  readonly heads: readonly AuditChainHead[];
}

interface ChainQuery {
  readonly namespace?: string;
}

/** Lists, exports and verifies the audit log. */
@TaskerController('Audit')
export class AuditController {
  constructor(
    @Inject(AuditService) private readonly audit: Scoped<AuditService>,
    private readonly answer: LinesAnswer,
  ) {}

  @Route(listAuditEntries, { answers: { 200: 'AuditListDocument' }, problems: [422], isPaged: true })
  async list(@QueryBy(LIST_QUERY) query: AuditListRequest, @Called() call: RouteCall): Promise<AuditListDocument> {
    const { items, hasNext } = await this.audit.list(query, namespacesIn(call.grant));
    const { next } = cursorsOf({ items, hasNext, hasPrevious: false });
    call.link({ next, previous: null });
    return { entries: items.map(({ entry }) => entry), page: { next } };
  }

  @Route(listAuditHeads, { answers: { 200: 'AuditHeadListDocument' } })
  async heads(@Granted() grant: Grant): Promise<AuditHeadListDocument> {
    return { heads: await this.audit.heads(namespacesIn(grant)) };
  }

  @Route(verifyAuditLog, { answers: { 200: 'AuditReport' } })
  verify(@QueryBy(CHAIN_QUERY) query: ChainQuery, @Granted() grant: Grant): Promise<AuditReport> {
    return this.audit.verify(query, namespacesIn(grant), undefined);
  }

  /** Answers GET and HEAD, because Nest calls the method of a GET for a HEAD, too. */
  @Route(exportAuditLog, { answers: { 200: EXPORT } })
  async export(
    @QueryBy(CHAIN_QUERY) query: ChainQuery,
    @Granted() grant: Grant,
    @Req() { method }: { readonly method: string },
    @Res() response: unknown,
  ): Promise<void> {
    const lines = this.audit.exportEntries(query, namespacesIn(grant));
    if (method === 'HEAD') this.answer.sendHeaders(response);
    else await this.answer.send(lines, response);
  }
}

const namespacesIn = ({ access, scope }: Grant): readonly string[] | null => visibleNamespaces(access.user, scope);
