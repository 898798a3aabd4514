import { Injectable } from '@nestjs/common';
import type { Change } from '../live/change.js';
import { changesInScopes, type ScopedListener } from '../live/change.scopes.js';
import type { ClaimedDelivery } from '../persistence/webhook-delivery.gateway.js';
import { TaskScopeGateway } from '../persistence/task-scope.gateway.js';

/** Finds deliveries that must not be sent. Hours may pass between a change and an attempt to send it, and the task may leave the scope. */
@Injectable()
export class DeliveryScopes {
  constructor(private readonly tasks: TaskScopeGateway) {}

  /** Deliveries whose task is no longer in the scope of their webhook, or whose scope cannot be evaluated. */
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
