/** Something that a mocked service does to the outside world, such as a charge. */
export interface Effect {
  /** The idempotency key of the caller: the same key is the same effect. */
  readonly key: string;
  readonly service: string;
  /** What the effect is for, such as `order_42`. */
  readonly reference: string;
}

export interface LedgerEntry extends Effect {
  /** How often the effect was asked for; it happened once. */
  readonly asked: number;
}

/**
 * The memory of the mocked outside services. It knows an effect by its key and makes it once, as a payment provider does
 * with an idempotency key; whoever comes with another key gets another effect, which then shows here.
 */
export abstract class EffectLedger {
  /** Makes the effect unless its key is known, and answers what the first time answered. */
  abstract once<Answer extends object>(effect: Effect, answer: Answer): Promise<Answer>;

  /** All effects for this reference, in the order they happened. */
  abstract entriesFor(reference: string): Promise<readonly LedgerEntry[]>;
}
