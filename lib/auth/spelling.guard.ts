import { Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { targetOf } from './request.target.js';

/** A request with the route that Express found for it. */
interface RoutedRequest {
  readonly route?: { readonly path?: unknown };
}

/**
 * Makes paths case-sensitive, as on Fastify. Express ignores the case of a path, but a proxy's rule for `/tasker/` does
 * not, so that `/TASKER/tasks` would bypass it.
 */
@Injectable()
export class SpellingGuard implements CanActivate {
  constructor(private readonly host: HttpAdapterHost) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<RoutedRequest>();
    const route = request.route?.path;
    if (typeof route !== 'string') return true;
    const { path } = targetOf(this.host.httpAdapter, request);
    if (!isSpelledAs(route, path)) throw new NotFoundException(`Cannot find ${path}`);
    return true;
  }
}

/** The path may have a prefix before the route, if the host's application is mounted in another. */
function isSpelledAs(route: string, path: string): boolean {
  const [wanted, given] = [route, path].map((each) => each.split('/').filter(Boolean)) as [string[], string[]];
  const offset = given.length - wanted.length;
  return wanted.every((segment, index) => segment.startsWith(':') || segment === given[offset + index]);
}
