import { Injectable } from '@nestjs/common';

/** Of each kind: the lists go to the database with each claim. Of the webhooks beyond, nothing is known. */
const MOST_KNOWN = 500;

type Kind = 'quick' | 'slow';

/** Which webhooks have receivers that answer in time, as far as this process knows from the latest attempt. */
@Injectable()
export class ReceiverSpeeds {
  private readonly kinds: Readonly<Record<Kind, Set<string>>> = { quick: new Set(), slow: new Set() };

  /** @param kind whether the latest attempt held up others */
  note(webhookId: string, kind: Kind): void {
    for (const known of Object.values(this.kinds)) known.delete(webhookId);
    const known = this.kinds[kind].add(webhookId); // as its last: those that are slow are tried again in turn
    if (known.size > MOST_KNOWN) known.delete(known.values().next().value!);
  }

  /** Ids of webhooks, each list in the order of the latest attempts. */
  known(): Readonly<Record<Kind, readonly string[]>> {
    return { quick: [...this.kinds.quick], slow: [...this.kinds.slow] };
  }
}
