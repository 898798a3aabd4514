import { HttpException, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import type { OpenRoute } from '../options/auth.options.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { TaskerError } from '../workflow/tasker.error.js';
import { AccessDecision } from './access.decision.js';
import { UnauthenticatedError } from './auth.errors.js';

/** Marks a controller or a method whose route needs no user if the option `auth.open` has the name. */
export const CanBeOpen = Reflector.createDecorator<OpenRoute>();

/** Guards routes that need a user at most, and no permission. Without `@CanBeOpen`, a route is always open. */
@Injectable()
export class OpenRouteGuard implements CanActivate {
  constructor(
    private readonly decision: AccessDecision,
    private readonly reflector: Reflector,
    private readonly host: HttpAdapterHost,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** @throws UnauthenticatedError, ApiClosedError, and what the authenticator throws; for the dashboard as HttpException */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = this.reflector.getAllAndOverride<OpenRoute | undefined>(CanBeOpen.KEY, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (route === undefined) return true;
    const isOpen = this.options.auth.open.includes(route);
    if (isOpen && (route === 'readiness' || !this.decision.isClosed)) return true;
    const [request, response] = context.getArgs<[object, unknown]>();
    try {
      await this.decision.authenticate(request);
    } catch (error) {
      throw route === 'dashboard' ? this.forBrowser(error, response) : error;
    }
    return true;
  }

  /** The dashboard's pages are answered by filters of the host, which know exceptions of Nest. */
  private forBrowser(error: unknown, response: unknown): unknown {
    if (!(error instanceof TaskerError) || !error.isForCaller) return error;
    const { httpAdapter } = this.host;
    if (error instanceof UnauthenticatedError) httpAdapter.setHeader(response, 'WWW-Authenticate', error.scheme);
    if (error.retryAfterSeconds !== null)
      httpAdapter.setHeader(response, 'Retry-After', String(error.retryAfterSeconds));
    return new HttpException(error.message, error.httpStatus, { cause: error });
  }
}
