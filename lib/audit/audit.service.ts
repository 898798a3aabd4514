import { Injectable } from '@nestjs/common';
import { AuditGateway } from '../persistence/audit.gateway.js';
import { AuditListGateway } from '../persistence/audit-list.gateway.js';
import { PAGE_BOUNDS } from '../workflow/list.bounds.js';
import { AuditVerificationInProgressError } from './audit.errors.js';
import { exportLine, hiddenHead, shownHead, type AuditChainHead } from './audit.export.js';
import {
  AuditChainFields,
  AuditListFields,
  checkRequest,
  cursorOf,
  entryAt,
  type AuditChainRequest,
  type AuditListRequest,
  type AuditPage,
} from './audit.request.js';
import { AuditVerifier } from './audit.verifier.js';
import type { AuditVerification } from './audit.findings.js';

/** The result of a verification, with the heads as others see them. */
export interface AuditReport extends Omit<AuditVerification, 'heads'> {
  /** The heads of the chains, to be kept elsewhere and given to a later verification. */
  readonly heads: readonly AuditChainHead[];
}

/** The number of entries of an export that are in memory at the same time. */
const EXPORT_BATCH = 200;
/** The place of the head of a chain without entries. */
const EMPTY = '0';

/**
 * Lists, exports and verifies the audit log. The parameter `within` of all methods has the namespaces that the caller may
 * see; null, the default, for all. Entries of no namespace are only seen with null.
 */
@Injectable()
export class AuditService {
  private isVerifying = false;

  constructor(
    private readonly entries: AuditListGateway,
    private readonly chains: AuditGateway,
    private readonly verifier: AuditVerifier,
  ) {}

  /**
   * Returns a page of the entries that the request selects, the newest first. An entry can be found as soon as its
   * operation is committed.
   *
   * @throws InvalidAuditRequestError, AnswerTooLargeError
   *
   * @example
   * ```ts
   * const { items } = await audit.list({ actor: 'ann', outcomes: ['denied'], from: '2030-01-31T08:00:00Z' });
   * ```
   */
  async list(request: AuditListRequest = {}, within: readonly string[] | null = null): Promise<AuditPage> {
    checkRequest(AuditListFields, request);
    const { limit = PAGE_BOUNDS.default, after, ...filter } = request;
    const olderThan = after === undefined ? null : entryAt(after);
    // One more, to know whether there is a next page.
    const found = await this.entries.list({ filter, within: named(within), olderThan, limit: limit + 1 });
    const items = found.slice(0, limit).map((entry) => ({ entry, cursor: cursorOf(entry) }));
    return { items, hasNext: found.length > limit };
  }

  /** Returns the heads of the chains by namespace. Keep them elsewhere, and give them to a later verification. */
  async heads(within: readonly string[] | null = null): Promise<readonly AuditChainHead[]> {
    const chains = await this.chains.chains(named(within));
    return chains.filter(({ seq }) => seq !== EMPTY).map(shownHead);
  }

  /**
   * Computes all hashes of the chains again, which may take minutes if the log is large. A process carries out one
   * verification at a time.
   *
   * @param published heads that were returned before; without them, nobody can tell whether somebody who may change the
   *   tables has computed a whole chain again
   * @throws InvalidAuditRequestError, AuditVerificationInProgressError
   */
  async verify(
    request: AuditChainRequest = {},
    within: readonly string[] | null = null,
    published: readonly AuditChainHead[] = [],
  ): Promise<AuditReport> {
    checkRequest(AuditChainFields, request);
    if (this.isVerifying) throw new AuditVerificationInProgressError();
    this.isVerifying = true;
    try {
      const heads = published.map(hiddenHead);
      const verified = await this.verifier.verify(chosen(request, within), heads);
      return { ...verified, heads: verified.heads.map(shownHead) };
    } finally {
      this.isVerifying = false;
    }
  }

  /**
   * Returns the entries that are sealed, as lines of JSON without line breaks: see `docs/audit.md`. Each chain begins with
   * its oldest entry, and ends with the entry that is its last one when the export begins. Only a few entries are in memory
   * at a time.
   *
   * @throws InvalidAuditRequestError
   */
  exportEntries(request: AuditChainRequest = {}, within: readonly string[] | null = null): AsyncIterable<string> {
    checkRequest(AuditChainFields, request);
    return this.linesOf(chosen(request, within));
  }

  private async *linesOf(namespaces: readonly string[] | null): AsyncIterable<string> {
    for (const { namespace, seq: end, removed } of await this.chains.chains(namespaces)) {
      // If somebody has removed what is noted of the chain, all entries count.
      const isWanted = (seq: string): boolean => end === EMPTY || BigInt(seq) <= BigInt(end);
      let entries = await this.chains.entriesAfter(namespace, removed.seq, EXPORT_BATCH);
      while (entries.length > 0 && isWanted(entries[0]!.seq)) {
        for (const entry of entries) if (isWanted(entry.seq)) yield exportLine(namespace, entry);
        entries = await this.chains.entriesAfter(namespace, entries.at(-1)!.seq, EXPORT_BATCH);
      }
    }
  }
}

/** What belongs to no namespace is not for callers who are limited to some. */
function named(within: readonly string[] | null): readonly string[] | null {
  return within?.filter((namespace) => namespace !== '') ?? null;
}

function chosen({ namespace }: AuditChainRequest, within: readonly string[] | null): readonly string[] | null {
  const visible = named(within);
  if (namespace === undefined) return visible;
  return visible === null || visible.includes(namespace) ? [namespace] : [];
}
