import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';

/** The kinds of routes that `isTaskerRequest` distinguishes. */
export const TASKER_ROUTES = ['rest', 'events', 'probe', 'openapi', 'dashboard', 'graphql'] as const;

/**
 * One of `TASKER_ROUTES`.
 *
 * - `rest`: the API, which needs permissions
 * - `events`: server-sent events, whose answers do not end by themselves
 * - `probe`: liveness and readiness, which have no credentials
 * - `openapi`: the description of the API
 * - `dashboard`: the page and its files, without data
 * - `graphql`: the queries, mutations and subscriptions of nestjs-tasker
 */
export type TaskerRoute = (typeof TASKER_ROUTES)[number];

const ROUTE = 'nestjs-tasker:route'; // a plain string, the same in every copy of this package

/**
 * Whether nestjs-tasker answers the request, so that a guard, interceptor or throttler of the host can let it pass.
 *
 * @param routes the kinds of routes; all if none is named
 * @example
 * ```ts
 * canActivate(context: ExecutionContext) {
 *   return isTaskerRequest(context, 'probe') || this.hasToken(context);
 * }
 * ```
 */
export function isTaskerRequest(context: ExecutionContext, ...routes: readonly TaskerRoute[]): boolean {
  const route = Reflect.getMetadata(ROUTE, context.getClass()) as TaskerRoute | undefined;
  return route !== undefined && (routes.length === 0 || routes.includes(route));
}

/** The routes of this copy of the package. */
const own = new WeakMap<object, TaskerRoute>();

/** Marks a controller or resolver for `isTaskerRequest`. */
export function markRoute(target: object, route: TaskerRoute): void {
  Reflect.defineMetadata(ROUTE, route, target);
  own.set(target, route);
}

/** The route of a controller or resolver of this copy of the package; undefined for every other class. */
export function ownRouteOf(target: object): TaskerRoute | undefined {
  return own.get(target);
}
