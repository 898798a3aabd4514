import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isConditional } from './entity.tag.js';
import { isSafe } from './media-type.guard.js';
import { InvalidHeaderError } from './rest.errors.js';

const LOOKS = Symbol('TASKER_IF_MATCH');

/** Marks a method that evaluates `If-Match`. */
export const IfMatch = (): MethodDecorator => SetMetadata(LOOKS, true);

/** Refuses `If-Match` for methods that do not evaluate it, because the client relies on its condition. */
@Injectable()
export class PreconditionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ readonly method: string }>();
    if (
      !isSafe(request) &&
      isConditional(request) &&
      !this.reflector.get<true | undefined>(LOOKS, context.getHandler())
    ) {
      throw new InvalidHeaderError('If-Match', 'is supported for PATCH and PUT of tasks and steps only; omit it here');
    }
    return true;
  }
}
