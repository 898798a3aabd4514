import { Injectable } from '@nestjs/common';
import { EffectLedger, type Effect, type LedgerEntry } from './effect.ledger.js';

/** A ledger for one process and its lifetime. */
@Injectable()
export class MemoryLedger extends EffectLedger {
  private readonly effects = new Map<string, { entry: LedgerEntry; answer: object }>();

  override once<Answer extends object>(effect: Effect, answer: Answer): Promise<Answer> {
    const known = this.effects.get(effect.key) ?? { entry: { ...effect, asked: 0 }, answer };
    this.effects.set(effect.key, { ...known, entry: { ...known.entry, asked: known.entry.asked + 1 } });
    return Promise.resolve(known.answer as Answer);
  }

  override entriesFor(reference: string): Promise<readonly LedgerEntry[]> {
    const entries = [...this.effects.values()].map(({ entry }) => entry);
    return Promise.resolve(entries.filter((entry) => entry.reference === reference));
  }
}
