import { Param, type Type } from '@nestjs/common';
import type { Operation } from '../api/operation.js';
import type { DescribedAnswers } from './openapi/described.route.js';
import { Called, type RouteCall } from './route.call.js';
import { BodyOf, Route } from './route.decorator.js';

/** In the path of a request. */
export type Parameters = Readonly<Record<string, string>>;

/** Adds a route for the operation to a controller. It behaves like a method with decorators. */
export function addRoute<Controller extends object>(
  controller: Type<Controller>,
  operation: Operation,
  described: DescribedAnswers,
  answer: (controller: Controller, params: Parameters, body: object, call: RouteCall) => Promise<unknown>,
): void {
  const { id } = operation;
  const { prototype } = controller as { readonly prototype: object };
  const method = function (this: Controller, params: Parameters, body: object, call: RouteCall): Promise<unknown> {
    return answer(this, params, body, call);
  };
  Object.defineProperty(method, 'name', { value: id });
  Object.defineProperty(prototype, id, { value: method, writable: true, configurable: true });
  Route(operation, described)(prototype, id, Object.getOwnPropertyDescriptor(prototype, id)!);
  Param()(prototype, id, 0);
  BodyOf(operation)(prototype, id, 1);
  Called()(prototype, id, 2);
}
