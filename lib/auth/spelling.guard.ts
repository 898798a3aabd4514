import { Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { targetOf } from './request.target.js';

/** What Express tells of the route that it found. */
interface RoutedRequest {
  readonly route?: { readonly path?: unknown };
}

/**
 * Express finds routes whatever the case of their letters, and a rule of a proxy for `/tasker/` does not: `/TASKER/tasks` would
 * pass it. So our routes are as we write them, as they are on Fastify.
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
  return wanted.every((segment, index) => segment.startsWith(':') || segment === decoded(given[offset + index] ?? ''));
}

function decoded(segment: string): string {
  return decodeURIComponent(segment); // it can be: the router has done so
}
