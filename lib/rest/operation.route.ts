import { Param, Req, Res, type Type } from '@nestjs/common';
import type { Operation } from '../api/operation.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { DescribedAnswers } from './openapi/described.route.js';
import { BodyOf, Route } from './route.decorator.js';

/** A request to a route. */
export interface RouteCall {
  readonly params: Readonly<Record<string, string>>;
  readonly body: object;
  readonly grant: Grant;
  readonly request: unknown;
  readonly response: unknown;
}

/** Adds a route for the operation to a controller. It behaves like a method with decorators. */
export function addRoute<Controller extends object>(
  controller: Type<Controller>,
  operation: Operation,
  described: DescribedAnswers,
  answer: (controller: Controller, call: RouteCall) => Promise<unknown>,
): void {
  const { id } = operation;
  const { prototype } = controller as { readonly prototype: object };
  const method = function (
    this: Controller,
    ...[params, body, grant, request, response]: RouteArguments
  ): Promise<unknown> {
    return answer(this, { params, body, grant, request, response });
  };
  Object.defineProperty(method, 'name', { value: id });
  Object.defineProperty(prototype, id, { value: method, writable: true, configurable: true });
  Route(operation, described)(prototype, id, Object.getOwnPropertyDescriptor(prototype, id)!);
  Param()(prototype, id, 0);
  BodyOf(operation)(prototype, id, 1);
  Granted()(prototype, id, 2);
  Req()(prototype, id, 3);
  Res({ passthrough: true })(prototype, id, 4);
}

type RouteArguments = [params: RouteCall['params'], body: object, grant: Grant, request: unknown, response: unknown];
