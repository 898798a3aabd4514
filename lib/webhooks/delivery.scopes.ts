import { Injectable } from '@nestjs/common';
import type { Change } from '../live/change.js';
import { changesInScopes, type ScopedListener } from '../live/change.scopes.js';
import type { ClaimedDelivery } from '../persistence/webhook-delivery.gateway.js';
import { TaskScopeGateway } from '../persistence/task-scope.gateway.js';

/** Finds out which deliveries are not to be made: hours may pass between what happened to a task and an attempt. */
@Injectable()
export class DeliveryScopes {
  constructor(private readonly tasks: TaskScopeGateway) {}

  /** Those whose task is no longer in the scope of their webhook, or of which that cannot be known. */
  async outside(deliveries: readonly ClaimedDelivery[]): Promise<ReadonlySet<ClaimedDelivery>> {
    const scoped = deliveries.filter(({ scope }) => scope !== null).map(listenerOf);
    if (scoped.length === 0) return new Set();
    const changes = scoped.map(({ change }) => change);
    const found = await changesInScopes(this.tasks, scoped, changes);
    const isOutside = (listener: DeliveryListener): boolean => {
      const inScope = found.get(listener)!;
      return inScope instanceof Error || !inScope.includes(listener.change);
    };
    return new Set(scoped.filter(isOutside).map(({ delivery }) => delivery));
  }
}

interface DeliveryListener extends ScopedListener {
  readonly delivery: ClaimedDelivery;
  readonly change: Change;
}

function listenerOf(delivery: ClaimedDelivery): DeliveryListener {
  return { delivery, filter: {}, scope: delivery.scope, change: delivery.change as unknown as Change };
}
