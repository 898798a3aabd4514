import { UseInterceptors, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { askedIn } from '../auth/asked.operation.js';
import { callerOf } from '../auth/caller.js';
import { originOf } from '../auth/request.origin.js';
import { requestedBy } from '../options/request.origin.js';
import type { Permission } from '../workflow/access/permissions.js';

/** Carries out a method in the name of the user who requests it, so that the audit log has the user. */
export function Requested(operation: string, permission: Permission | null): MethodDecorator {
  return UseInterceptors(new RequestInterceptor(operation, permission));
}

class RequestInterceptor implements NestInterceptor {
  constructor(
    private readonly operation: string,
    private readonly permission: Permission | null,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { request, face } = askedIn(context);
    const { operation, permission } = this;
    return requestedBy(originOf({ operation, permission, face, request, user: callerOf(request) }), () =>
      next.handle(),
    );
  }
}
