import { Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { targetOf } from './request.target.js';

/** A request with the route that Express found for it. */
interface RoutedRequest {
  readonly route?: { readonly path?: unknown };
}

/**
 * Express ignores the case of letters in a path, while a proxy's rule for `/tasker/` does not: `/TASKER/tasks` would slip past it.
 * So our paths are case-sensitive, as they are on Fastify.
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

/** The path may begin with more than the route: where the host's application is part of another. */
function isSpelledAs(route: string, path: string): boolean {
  const [wanted, given] = [route, path].map((each) => each.split('/').filter(Boolean)) as [string[], string[]];
  const offset = given.length - wanted.length;
  return wanted.every((segment, index) => segment.startsWith(':') || segment === given[offset + index]);
}
