import type { AuditHead, SealedEntry, SoundRange } from '../persistence/audit.gateway.js';
import { AUDIT_REMOVAL } from '../workflow/audit.entry.js';
import { hashOf, hashOfDetails } from './audit.chain.js';
import type { Findings } from './audit.findings.js';

/** A place in a chain, and the hash there. */
type Place = Pick<AuditHead, 'seq' | 'hash'>;

/** Checks the entries of one chain, one after the other. */
export class ChainWalk {
  private place: bigint;
  private hash: string;
  /** The hash before the latest entry; null if there is no latest entry, and empty if it is not known. */
  private hashBefore: string | null = null;
  /** The ends of what was removed, according to the entries about it. */
  private readonly removals = new Set<string>();
  private readonly published = new Map<string, string[]>();

  /** @param before the place before the first entry */
  constructor(
    private readonly namespace: string,
    before: Place,
    published: readonly AuditHead[],
    private readonly found: Findings,
  ) {
    [this.place, this.hash] = [BigInt(before.seq), before.hash];
    for (const { seq, hash } of published) this.published.set(seq, [...(this.published.get(seq) ?? []), hash]);
    this.compare(before.seq);
  }

  /** The place of the latest entry. */
  get seq(): string {
    return String(this.place);
  }

  /** The latest entry. */
  get head(): AuditHead {
    const { namespace, seq, hash } = this;
    return { namespace, seq, hash };
  }

  isNext({ seq }: Pick<SealedEntry, 'seq'>): boolean {
    return BigInt(seq) === this.place + 1n;
  }

  take(entries: readonly SealedEntry[]): void {
    for (const entry of entries) this.step(entry);
  }

  /** Goes over entries of which nothing has to be reported. Returns false, and does nothing, if they do not follow. */
  pass(through: string, { before, hashBefore, hash, erased, removals }: SoundRange): boolean {
    const count = Number(BigInt(through) - this.place);
    if (before !== this.hash || count < 1) return false;
    this.found.countMany(count, erased);
    for (const details of removals) this.noteRemoved(details);
    [this.place, this.hashBefore, this.hash] = [BigInt(through), hashBefore, hash];
    return true;
  }

  /** Whether a head was published of one of these places. */
  isPublishedIn(after: string, through: string): boolean {
    return [...this.published.keys()].some((seq) => BigInt(seq) > BigInt(after) && BigInt(seq) <= BigInt(through));
  }

  /** Goes to the end of what was removed from the beginning of the chain. Returns false if that is no later place. */
  skip({ seq, hash }: Place): boolean {
    if (BigInt(seq) <= this.place) return false;
    [this.place, this.hash, this.hashBefore] = [BigInt(seq), hash, null];
    this.compare(seq);
    return true;
  }

  /** Reports the entries up to a place as missing, unless an entry says that they were removed for their age. */
  requireRemoval({ seq, hash }: Place): void {
    const isSaid = seq === '0' || this.removals.has(`${seq} ${hash}`);
    if (!isSaid) this.found.add(this.namespace, 'missing', '1', seq);
  }

  /** @param head the last entry, as it is noted apart from the entries */
  end(head: AuditHead): void {
    const { namespace, found, place } = this;
    const noted = BigInt(head.seq);
    if (noted > place) found.add(namespace, 'missing', String(place + 1n), head.seq);
    if (noted < place) found.add(namespace, 'inserted', String(noted + 1n), this.seq);
    if (noted === place && head.hash !== this.hash) found.add(namespace, 'changed', this.seq);
    const end = noted > place ? noted : place;
    const latest = [...this.published.keys()].map(BigInt).reduce((most, each) => (each > most ? each : most), 0n);
    if (latest > end) found.add(namespace, 'missing', String(end + 1n), String(latest));
  }

  private step(entry: SealedEntry): void {
    const { namespace, found } = this;
    const { seq, details, previousHash, hash } = entry;
    const place = BigInt(seq);
    found.count(details === null);
    // Among what was removed, or a second one in its place.
    if (place <= this.place) {
      found.add(namespace, 'inserted', seq);
      return;
    }
    const isNext = place === this.place + 1n;
    if (!isNext) found.add(namespace, 'missing', String(this.place + 1n), String(place - 1n));
    const isSealed = areDetailsSealed(entry) && hashOf(namespace, entry) === hash;
    if (isNext && previousHash !== this.hash) this.judgePrevious(entry, isSealed);
    if (!isSealed) found.add(namespace, 'changed', seq);
    else this.noteRemoval(entry);
    [this.place, this.hashBefore, this.hash] = [place, isNext ? this.hash : '', hash];
    this.compare(seq);
  }

  /** What an entry says about the one before, whose hash is not the one that it names. */
  private judgePrevious(entry: SealedEntry, isSealed: boolean): void {
    const { namespace, found, seq, hashBefore } = this;
    // An entry that is as it was sealed proves that the one before had another hash, if there is one.
    if (isSealed) found.add(namespace, 'changed', hashBefore === null ? entry.seq : seq);
    // It was sealed in the place before, and has given way.
    else if (entry.previousHash === hashBefore && hashOf(namespace, { ...entry, seq }) === entry.hash)
      found.add(namespace, 'inserted', seq);
  }

  private noteRemoval({ fields, details }: SealedEntry): void {
    if (details === null || !fields.includes(AUDIT_REMOVAL)) return;
    const [, , operation] = JSON.parse(`[${fields}]`) as unknown[];
    if (operation === AUDIT_REMOVAL) this.noteRemoved(JSON.parse(details) as Readonly<Record<string, unknown>>);
  }

  private noteRemoved({ throughSeq, hash }: Readonly<Record<string, unknown>>): void {
    this.removals.add(`${String(throughSeq)} ${String(hash)}`);
  }

  private compare(seq: string): void {
    const isOther = this.published.get(seq)?.some((hash) => hash !== this.hash);
    if (isOther) this.found.add(this.namespace, 'resealed', seq);
  }
}

function areDetailsSealed({ details, salt, detailsHash }: SealedEntry): boolean {
  return details === null || hashOfDetails(details, salt ?? '') === detailsHash;
}
