import type { AuditHead } from '../persistence/audit.gateway.js';

/**
 * What is wrong with an entry. `changed`: it is not what was sealed. `missing`: it is not there. `inserted`: it was not
 * sealed by the engine. `resealed`: a head that was published says otherwise.
 */
export type AuditFaultKind = 'changed' | 'missing' | 'inserted' | 'resealed';

/** Something that is wrong with entries of a chain. */
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

const MOST_FAULTS = 100;

/** Collects what a verification finds. */
export class Findings {
  private readonly faults: AuditFault[] = [];
  private entries = 0;
  private erased = 0;

  /** Faults of the same kind that continue each other become one. */
  add(name: string, kind: AuditFaultKind, seq: string, throughSeq = seq): void {
    const namespace = name === '' ? null : name;
    const index = this.faults.findLastIndex((fault) => fault.namespace === namespace && fault.kind === kind);
    const latest = this.faults[index];
    if (latest && BigInt(latest.seq) <= BigInt(seq) && BigInt(seq) <= BigInt(latest.throughSeq) + 1n) {
      if (BigInt(throughSeq) > BigInt(latest.throughSeq)) this.faults[index] = { ...latest, throughSeq };
    } else if (this.faults.length < MOST_FAULTS) this.faults.push({ namespace, seq, throughSeq, kind });
  }

  count(isErased: boolean): void {
    this.countMany(1, isErased ? 1 : 0);
  }

  countMany(entries: number, erased: number): void {
    this.entries += entries;
    this.erased += erased;
  }

  result(heads: readonly AuditHead[]): AuditVerification {
    const { entries, erased, faults } = this;
    return { isValid: faults.length === 0, entries, erased, faults, heads };
  }
}
