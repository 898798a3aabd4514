import { Injectable } from '@nestjs/common';
import { AccessDecision } from '../../auth/access.decision.js';
import type { Permission } from '../../auth/permissions.js';
import type { GraphqlContext } from '../graphql.context.js';

/**
 * Asks for the permission that REST would ask for, where a field leads from what was permitted to something else. Guards would
 * do, but Nest runs them for fields only where the host says so.
 */
@Injectable()
export class NestedAccess {
  private readonly decisions = new WeakMap<GraphqlContext, Map<string, Promise<unknown>>>();

  constructor(private readonly decision: AccessDecision) {}

  /**
   * Once an operation, however many fields ask.
   * @throws UnauthenticatedError, ForbiddenError
   */
  async require(context: GraphqlContext, permission: Permission, id: string | null = null): Promise<void> {
    const decided = this.decisions.get(context) ?? new Map<string, Promise<unknown>>();
    this.decisions.set(context, decided);
    const key = `${permission} ${id ?? ''}`;
    const decision = decided.get(key) ?? this.decision.decide(context.req, permission, { id });
    decided.set(key, decision);
    await decision;
  }
}
