import {
  applyDecorators,
  Body,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Patch,
  Post,
  Put,
  SetMetadata,
} from '@nestjs/common';
import { Permitted, type Operation, type Verb } from '../api/operation.js';
import { BodyPipe, type BodyPipeOptions } from './body.pipe.js';
import type { DescribedAnswers } from './openapi/described.route.js';
import { IfMatch } from './precondition.guard.js';

/** What a method of a controller answers, for `openapi/openapi.document.ts`. */
export interface DescribedRoute extends DescribedAnswers {
  readonly operation: Operation;
}

const DESCRIBED = Symbol('TASKER_ROUTE');

const VERBS: Readonly<Record<Verb, (path: string) => MethodDecorator>> = {
  GET: Get,
  POST: Post,
  PATCH: Patch,
  PUT: Put,
  DELETE: Delete,
};

/**
 * Makes a method of a controller answer an operation of `lib/api`: at its path, with its permissions, and described by
 * OpenAPI. The status is 201 or 204 if that is among the answers, and 200 otherwise.
 */
export function Route(operation: Operation, described: DescribedAnswers): MethodDecorator {
  const [verb, path] = operation.route.split(' /') as [Verb, string];
  const status = [HttpStatus.CREATED, HttpStatus.NO_CONTENT].find((each) => each in described.answers);
  return applyDecorators(
    VERBS[verb](path),
    HttpCode(status ?? HttpStatus.OK),
    Permitted(operation),
    SetMetadata(DESCRIBED, { operation, ...described }),
    ...(described.problems?.includes(HttpStatus.PRECONDITION_FAILED) ? [IfMatch()] : []),
  );
}

/** Null for a method that is no route of ours. */
export function describedRouteOf(method: object): DescribedRoute | null {
  return (Reflect.getMetadata(DESCRIBED, method) as DescribedRoute | undefined) ?? null;
}

/** The body of a request as the input of an operation. Declare the parameter by an interface: see `BodyPipe`. */
export function BodyOf(
  { input, isInputOptional = false }: Operation,
  options: Pick<BodyPipeOptions, 'checksValues'> = {},
): ParameterDecorator {
  return Body(new BodyPipe(input!, { ...options, isOptional: isInputOptional }));
}
