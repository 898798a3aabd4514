import { Injectable } from '@nestjs/common';
import { AccessDecision } from '../../auth/access.decision.js';
import type { Permission } from '../../auth/permissions.js';
import type { Execution } from '../graphql.execution.js';

/**
 * Asks for the permission that REST would ask for, where a field leads from what was permitted to something else. Guards would
 * do, but Nest runs them for fields only where the host says so.
 */
@Injectable()
export class NestedAccess {
  private readonly decisions = new WeakMap<object, Map<string, Promise<unknown>>>();

  constructor(private readonly decision: AccessDecision) {}

  /**
   * Once an execution, however many fields ask.
   * @throws UnauthenticatedError, ForbiddenError
   */
  async require(execution: Execution, permission: Permission, id: string | null = null): Promise<void> {
    const decided = this.decisions.get(execution.key) ?? new Map<string, Promise<unknown>>();
    this.decisions.set(execution.key, decided);
    const key = `${permission} ${id ?? ''}`;
    const decision = decided.get(key) ?? this.decision.decide(execution.req, permission, { id });
    decided.set(key, decision);
    await decision;
  }
}
