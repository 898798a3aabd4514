import { Body, HttpCode, Param, Post, Req, Res, type HttpStatus, type Type } from '@nestjs/common';
import { Granted, type Grant } from '../auth/grant.js';
import { RequireAlso, RequirePermission } from '../auth/require-permission.decorator.js';
import type { Permission } from '../auth/permissions.js';
import type { InputClass } from '../workflow/input.fields.js';
import { BodyPipe } from './body.pipe.js';

/** The part of an operation of `lib/api` that makes it a route. */
export interface RoutedOperation {
  readonly id: string;
  readonly route: `POST /${string}`;
  readonly permission: Permission;
  readonly also?: readonly Permission[];
  readonly status: HttpStatus.OK | HttpStatus.CREATED;
  readonly input: InputClass;
  readonly isBodyOptional: boolean;
}

/** What a route has to work with. */
export interface RouteCall {
  readonly params: Readonly<Record<string, string>>;
  readonly body: object;
  readonly grant: Grant;
  readonly request: unknown;
  readonly response: unknown;
}

/** Adds a method to a controller that answers the route, as one with decorators would. */
export function addRoute<Controller extends object>(
  controller: Type<Controller>,
  operation: RoutedOperation,
  answer: (controller: Controller, call: RouteCall) => Promise<unknown>,
): void {
  const { id, route, permission, also, status, input, isBodyOptional } = operation;
  const { prototype } = controller as { readonly prototype: object };
  const method = function (
    this: Controller,
    ...[params, body, grant, request, response]: RouteArguments
  ): Promise<unknown> {
    return answer(this, { params, body, grant, request, response });
  };
  Object.defineProperty(method, 'name', { value: id });
  Object.defineProperty(prototype, id, { value: method, writable: true, configurable: true });
  const descriptor = Object.getOwnPropertyDescriptor(prototype, id)!;
  Post(route.slice('POST /'.length))(prototype, id, descriptor);
  HttpCode(status)(prototype, id, descriptor);
  RequirePermission(permission)(prototype, id, descriptor);
  if (also) RequireAlso(also)(prototype, id, descriptor);
  Param()(prototype, id, 0);
  Body(new BodyPipe(input, { isOptional: isBodyOptional }))(prototype, id, 1);
  Granted()(prototype, id, 2);
  Req()(prototype, id, 3);
  Res({ passthrough: true })(prototype, id, 4);
}

type RouteArguments = [params: RouteCall['params'], body: object, grant: Grant, request: unknown, response: unknown];
