import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { PublishedAuditHead } from '../options/audit-heads.options.js';
import { AuditGateway, type AuditChain, type AuditHead } from '../persistence/audit.gateway.js';
import { emptyChain } from './audit.chain.js';
import { Findings, type AuditVerification } from './audit.findings.js';
import { ChainWalk } from './chain.walk.js';
import { trustedHead } from './published.head.js';

/** The part of the gateway that reads chains. */
export type ChainReader = Pick<AuditGateway, 'chains' | 'entriesAfter'>;

const BATCH = 5_000;
/** Before every place: somebody who may change the table may also number entries as nobody expects. */
const BEFORE_ALL = String(-(2n ** 63n));

/** Verifies the chains of the audit log. It computes all hashes itself, and uses no function of the engine's schema. */
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
    const read = (after: string) => this.gateway.entriesAfter(namespace, after, BATCH);
    let after = BEFORE_ALL;
    let next = read(after);
    for (;;) {
      let entries = await next;
      if (entries.length === 0) {
        chain = await this.chainOf(namespace);
        entries = BigInt(chain.seq) > BigInt(walk.seq) ? await read(after) : [];
        if (entries.length === 0) return chain;
      }
      if (!walk.isNext(entries[0]!)) {
        const { removed } = chain;
        chain = await this.chainOf(namespace);
        if (chain.removed.seq !== removed.seq && walk.skip(chain.removed)) {
          after = walk.seq;
          next = read(after);
          continue;
        }
      }
      after = entries.at(-1)!.seq;
      next = read(after); // while this batch is checked
      walk.take(entries);
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
