import { Injectable } from '@nestjs/common';
import { AuditGateway, type AuditChain, type AuditHead, type SealedEntry } from '../persistence/audit.gateway.js';
import { hashOf, hashOfDetails } from './audit.chain.js';

/**
 * What is wrong with an entry. `changed`: it is not what was sealed. `missing`: it is not there. `inserted`: it was not
 * sealed by the engine. `resealed`: a head that was published says otherwise.
 */
export type AuditFaultKind = 'changed' | 'missing' | 'inserted' | 'resealed';

export interface AuditFault {
  readonly namespace: string | null;
  /** The place of the entry in the chain, or of the first of several. */
  readonly seq: string;
  /** The place of the last of several. */
  readonly throughSeq: string;
  readonly kind: AuditFaultKind;
}

/** The result of a verification. */
export interface AuditVerification {
  readonly isValid: boolean;
  /** The number of entries that were checked. */
  readonly entries: number;
  /** The number of entries whose details were erased. */
  readonly erased: number;
  /** The first faults, at most 100. */
  readonly faults: readonly AuditFault[];
  /** The heads of the chains, to be kept elsewhere and given to a later verification. */
  readonly heads: readonly AuditHead[];
}

const BATCH = 5_000;
const MOST_FAULTS = 100;

/** Verifies the chains of the audit log. */
@Injectable()
export class AuditVerifier {
  constructor(private readonly gateway: AuditGateway) {}

  /**
   * @param namespaces null for all; '' for the chain of what belongs to none
   * @param published heads that were published before; without them, nobody can tell whether somebody who may change the
   *   tables has computed a whole chain anew
   */
  async verify(
    namespaces: readonly string[] | null = null,
    published: readonly AuditHead[] = [],
  ): Promise<AuditVerification> {
    const found = new Findings();
    const chains = await this.gateway.chains(namespaces);
    const known = new Set(chains.map(({ namespace }) => namespace));
    for (const { namespace, seq } of published)
      if (!known.has(namespace) && isAmong(namespace, namespaces)) found.add(namespace, 'missing', '1', seq);
    const heads: AuditHead[] = [];
    for (const chain of chains) {
      const own = published.filter(({ namespace }) => namespace === chain.namespace);
      heads.push(await this.verifyChain(chain, own, found));
    }
    return found.result(heads);
  }

  private async verifyChain(chain: AuditChain, published: readonly AuditHead[], found: Findings): Promise<AuditHead> {
    const { namespace, removed } = chain;
    const walk = new ChainWalk(namespace, removed, published, found);
    let head: AuditHead;
    let next = this.gateway.entriesAfter(namespace, walk.seq, BATCH);
    for (;;) {
      const entries = await next;
      // The next batch is read while this one is checked.
      if (entries.length > 0) next = this.gateway.entriesAfter(namespace, entries.at(-1)!.seq, BATCH);
      walk.take(entries);
      if (entries.length > 0) continue;
      [head] = (await this.gateway.chains([namespace])) as [AuditChain];
      const isBehind = BigInt(head.seq) > BigInt(walk.seq);
      const later = isBehind ? await this.gateway.entriesAfter(namespace, walk.seq, 1) : [];
      if (later.length === 0) break;
      next = this.gateway.entriesAfter(namespace, walk.seq, BATCH); // entries were sealed meanwhile
    }
    walk.end(head);
    return { namespace, seq: head.seq, hash: head.hash };
  }
}

/** Checks the entries of one chain, one after the other. */
class ChainWalk {
  /** The place and the hash of the latest entry. */
  seq: string;
  private hash: string;
  private readonly published: ReadonlyMap<string, string>;

  constructor(
    private readonly namespace: string,
    removed: Pick<AuditHead, 'seq' | 'hash'>,
    published: readonly AuditHead[],
    private readonly found: Findings,
  ) {
    ({ seq: this.seq, hash: this.hash } = removed);
    this.published = new Map(published.map(({ seq, hash }) => [seq, hash]));
    this.compare(removed.seq, removed.hash);
  }

  take(entries: readonly SealedEntry[]): void {
    for (const entry of entries) this.step(entry);
  }

  /** @param head the last entry, as it is noted apart from the entries */
  end(head: AuditHead): void {
    const { namespace, seq, found } = this;
    const [last, noted] = [BigInt(seq), BigInt(head.seq)];
    if (noted > last) found.add(namespace, 'missing', String(last + 1n), head.seq);
    if (noted < last) found.add(namespace, 'inserted', String(noted + 1n), seq);
    if (noted === last && head.hash !== this.hash) found.add(namespace, 'changed', seq);
    const latest = [...this.published.keys()].reduce((most, each) => (BigInt(each) > most ? BigInt(each) : most), 0n);
    const end = noted > last ? noted : last;
    if (latest > end) found.add(namespace, 'missing', String(end + 1n), String(latest));
  }

  private step(entry: SealedEntry): void {
    const { namespace, found } = this;
    const { seq, details, salt, detailsHash, previousHash, hash } = entry;
    const expected = BigInt(this.seq) + 1n;
    const isNext = BigInt(seq) === expected;
    if (!isNext) found.add(namespace, 'missing', String(expected), String(BigInt(seq) - 1n));
    const areDetailsSealed = details === null || hashOfDetails(details, salt!) === detailsHash;
    const isSealed = areDetailsSealed && hashOf(namespace, entry) === hash;
    if (!isSealed) found.add(namespace, 'changed', seq);
    // If this entry is as it was sealed, the one before has got another hash since.
    else if (isNext && previousHash !== this.hash) found.add(namespace, 'changed', this.seq === '0' ? seq : this.seq);
    found.count(details === null);
    this.compare(seq, hash);
    this.seq = seq;
    this.hash = hash;
  }

  private compare(seq: string, hash: string): void {
    const published = this.published.get(seq);
    if (published !== undefined && published !== hash) this.found.add(this.namespace, 'resealed', seq);
  }
}

class Findings {
  private readonly faults = new Map<string, AuditFault>();
  private entries = 0;
  private erased = 0;

  add(namespace: string, kind: AuditFaultKind, seq: string, throughSeq = seq): void {
    if (this.faults.size >= MOST_FAULTS) return;
    const fault = { namespace: namespace === '' ? null : namespace, seq, throughSeq, kind };
    this.faults.set(JSON.stringify(fault), fault);
  }

  count(isErased: boolean): void {
    this.entries += 1;
    if (isErased) this.erased += 1;
  }

  result(heads: readonly AuditHead[]): AuditVerification {
    const faults = [...this.faults.values()];
    return { isValid: faults.length === 0, entries: this.entries, erased: this.erased, faults, heads };
  }
}

const isAmong = (namespace: string, namespaces: readonly string[] | null): boolean =>
  namespaces?.includes(namespace) ?? true;
