import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { PublishedAuditHead } from '../options/audit-heads.options.js';
import { AuditGateway, type AuditChain, type AuditHead } from '../persistence/audit.gateway.js';
import { emptyChain } from './audit.chain.js';
import { Findings, type AuditVerification } from './audit.findings.js';
import { ChainWalk } from './chain.walk.js';
import { trustedHead } from './published.head.js';

/** The part of the gateway that reads chains. */
export type ChainReader = Pick<AuditGateway, 'chains' | 'entriesAfter' | 'soundRange'>;

/** How many entries are read where something is wrong. */
const BATCH = 1_000;
/** Ranges begin small and double, so that little is read again where something is wrong. */
const FIRST_RANGE = 2;
const LARGEST_RANGE = 20_000;
/** Before every place: somebody who may change the table may also number entries as nobody expects. */
const BEFORE_ALL = String(-(2n ** 63n));

/**
 * Verifies the chains of the audit log. It uses no function of the engine's schema. PostgreSQL's own functions compute the
 * hashes of whole ranges; the entries of a range in which something is wrong are read, and judged one after the other.
 */
@Injectable()
export class AuditVerifier {
  constructor(@Inject(AuditGateway) private readonly gateway: ChainReader) {}

  /**
   * @param namespaces null for all; '' for the chain of what belongs to none
   * @param published heads that were published before. Without them, nobody can tell whether somebody who may change the
   *   tables has computed the hashes of a chain again, has cut off its end, or has removed it
   * @param publicKey the Ed25519 key of the signatures of these heads, in PEM or as `KeyObject`; null if they have none
   * @throws ForgedAuditHeadError
   */
  async verify(
    namespaces: readonly string[] | null = null,
    published: readonly (AuditHead | PublishedAuditHead)[] = [],
    publicKey: string | KeyObject | null = null,
  ): Promise<AuditVerification> {
    const found = new Findings();
    const heads = published.map((head) => trustedHead(head, publicKey));
    const publishedIn = byNamespace(heads.filter(({ namespace }) => namespaces?.includes(namespace) ?? true));
    const latest: AuditHead[] = [];
    for (const chain of await this.gateway.chains(namespaces)) {
      latest.push(await this.verifyChain(chain, publishedIn.get(chain.namespace) ?? [], found));
      publishedIn.delete(chain.namespace);
    }
    for (const [namespace, own] of publishedIn) {
      const nothing = emptyChain(namespace);
      new ChainWalk(namespace, nothing.removed, own, found).end(nothing);
    }
    return found.result(latest);
  }

  private async verifyChain(start: AuditChain, published: readonly AuditHead[], found: Findings): Promise<AuditHead> {
    const { namespace } = start;
    const walk = new ChainWalk(namespace, start.removed, published, found);
    const chain = await this.takeAll(start, walk);
    walk.requireRemoval(chain.removed);
    walk.end(chain);
    return { namespace, seq: chain.seq, hash: chain.hash };
  }

  /** Returns the chain as it is at the end: entries may be sealed, or removed for their age, meanwhile. */
  private async takeAll(chain: AuditChain, walk: ChainWalk): Promise<AuditChain> {
    const { namespace } = chain;
    for (let after = BEFORE_ALL; ;) {
      const read = () => this.gateway.entriesAfter(namespace, after, after === BEFORE_ALL ? 1 : BATCH);
      let entries = await read();
      if (entries.length === 0) {
        chain = await this.chainOf(namespace);
        entries = BigInt(chain.seq) > BigInt(walk.seq) ? await read() : [];
        if (entries.length === 0) return chain;
      }
      if (!walk.isNext(entries[0]!)) {
        const { removed } = chain;
        chain = await this.chainOf(namespace);
        if (chain.removed.seq !== removed.seq && walk.skip(chain.removed)) {
          after = walk.seq;
          continue;
        }
      }
      walk.take(entries);
      after = entries.at(-1)!.seq;
      if (after === walk.seq) after = await this.passSound(namespace, walk, chain.seq);
    }
  }

  /** Goes over what the database finds nothing wrong with, up to a place. Returns how far it came. */
  private async passSound(namespace: string, walk: ChainWalk, end: string): Promise<string> {
    for (let size = FIRST_RANGE; ; size = Math.min(size * 2, LARGEST_RANGE)) {
      const after = walk.seq;
      const through = String(BigInt(after) + BigInt(size));
      if (BigInt(through) > BigInt(end) || walk.isPublishedIn(after, through)) return after;
      const range = await this.gateway.soundRange(namespace, after, through);
      if (range === null || !walk.pass(through, range)) return after;
    }
  }

  private async chainOf(namespace: string): Promise<AuditChain> {
    const [chain] = await this.gateway.chains([namespace]);
    return chain ?? emptyChain(namespace);
  }
}

function byNamespace(heads: readonly AuditHead[]): Map<string, AuditHead[]> {
  const groups = new Map<string, AuditHead[]>();
  for (const head of heads) {
    const group = groups.get(head.namespace);
    if (group) group.push(head);
    else groups.set(head.namespace, [head]);
  }
  return groups;
}
