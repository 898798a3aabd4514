import { STORM_TEMPLATES, type StormTemplateName } from './storm.templates.js';

/** A task that somebody wished to start, and what may have been done to it since. */
export interface LedgerEntry {
  /** In the context of the task, so that it is found although its id was never told. */
  readonly n: number;
  readonly template: StormTemplateName;
  /** Tried with the same idempotency key until it is acknowledged. */
  readonly isKeyed: boolean;
  /** Null while nobody acknowledged it; it may exist all the same. */
  id: string | null;
  /** How it may end. */
  readonly ends: Set<string>;
  /** Whether a person ended it, or tried to. */
  isSettled: boolean;
}

/** Everything that was wished for in a storm. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];
  /** What must not have happened. */
  readonly problems: string[] = [];

  add(template: StormTemplateName, isKeyed: boolean): LedgerEntry {
    const ends = new Set(STORM_TEMPLATES[template].end.split(' or '));
    const entry = { n: this.entries.length + 1, template, isKeyed, id: null, ends, isSettled: false };
    this.entries.push(entry);
    return entry;
  }

  get acknowledged(): readonly LedgerEntry[] {
    return this.entries.filter(({ id }) => id !== null);
  }
}
