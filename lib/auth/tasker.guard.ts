import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AccessDecision } from './access.decision.js';
import { rememberCaller } from './caller.js';
import { MissingPermissionError } from './auth.errors.js';
import { RequirePermission } from './require-permission.decorator.js';

/** What a request asks about. */
interface Asked {
  readonly request: unknown;
  readonly id: unknown;
}

/** Guards controllers and resolvers alike: the permission of the called method must be granted. */
@Injectable()
export class TaskerGuard implements CanActivate {
  constructor(
    private readonly decision: AccessDecision,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.get(RequirePermission, context.getHandler());
    // Undefined for a method without the mark, whatever the types say.
    if ((permission as unknown) === undefined) {
      throw new MissingPermissionError(`${context.getClass().name}.${context.getHandler().name}`);
    }
    const { request, id } = askedIn(context);
    const user = await this.decision.decide(request, permission, { id: typeof id === 'string' ? id : null });
    if (user) rememberCaller(request, user);
    return true;
  }
}

/**
 * A resolver's arguments are (parent, args, context, info); the HTTP request is by convention `context.req`. Mutations have
 * all they are given in one `input`. As in the routes of REST, a step is what is asked about, not the task that it is in.
 */
function askedIn(context: ExecutionContext): Asked {
  if (context.getType<string>() === 'graphql') {
    const [, args, shared] = context.getArgs<[unknown, Named & { input?: Named }, { req?: unknown }]>();
    const { id, step, taskId } = args.input ?? args;
    return { request: shared.req, id: id ?? step ?? taskId };
  }
  const request = context.switchToHttp().getRequest<{ params?: { id?: unknown } }>();
  return { request, id: request.params?.id };
}

/** How arguments name what they are about. */
interface Named {
  readonly id?: unknown;
  readonly step?: unknown;
  readonly taskId?: unknown;
}
