import { Injectable } from '@nestjs/common';

/**
 * The maximum number of remembered webhooks of each kind, because the lists are sent to the database with each claim.
 */
const MOST_KNOWN = 500;

type Kind = 'quick' | 'slow';

/** Remembers which webhooks have receivers that answer in time, by the latest attempt of this process. */
@Injectable()
export class ReceiverSpeeds {
  private readonly kinds: Readonly<Record<Kind, Set<string>>> = { quick: new Set(), slow: new Set() };

  /** @param kind `slow` if the latest attempt delayed others */
  note(webhookId: string, kind: Kind): void {
    for (const known of Object.values(this.kinds)) known.delete(webhookId);
    const known = this.kinds[kind].add(webhookId); // added as the last one, because slow receivers are tried again in turn
    if (known.size > MOST_KNOWN) known.delete(known.values().next().value!);
  }

  /** Returns the ids of webhooks by kind, in the order of the latest attempts. */
  known(): Readonly<Record<Kind, readonly string[]>> {
    return { quick: [...this.kinds.quick], slow: [...this.kinds.slow] };
  }
}
