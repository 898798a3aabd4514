import {
  applyDecorators,
  Body,
  Delete,
  Get,
  Header,
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

/** The operation and the answers of a method of a controller, for `openapi/openapi.document.ts`. */
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
 * Makes a method of a controller the route of an operation of `lib/api`, with its path, its permissions and its
 * description in OpenAPI. The status is 201 or 204 if the answers include that status, otherwise 200.
 */
export function Route(operation: Operation, described: DescribedAnswers): MethodDecorator {
  const [verb, path] = operation.route.split(' /') as [Verb, string];
  const status = [HttpStatus.CREATED, HttpStatus.NO_CONTENT].find((each) => each in described.answers);
  return applyDecorators(
    VERBS[verb](path),
    HttpCode(status ?? HttpStatus.OK),
    Permitted(operation),
    SetMetadata(DESCRIBED, { operation, ...described }),
    ...(operation.answersSecret ? [Header('Cache-Control', 'no-store')] : []),
    ...(described.problems?.includes(HttpStatus.PRECONDITION_FAILED) ? [IfMatch()] : []),
  );
}

/** The description of a method. Null if the method has no `@Route`. */
export function describedRouteOf(method: object): DescribedRoute | null {
  return (Reflect.getMetadata(DESCRIBED, method) as DescribedRoute | undefined) ?? null;
}

/** The body of a request as the input of an operation. Declare its type as an interface: see `BodyPipe`. */
export function BodyOf(
  { input, isInputOptional = false }: Operation,
  options: Pick<BodyPipeOptions, 'checksValues'> = {},
): ParameterDecorator {
  return Body(new BodyPipe(input!, { ...options, isOptional: isInputOptional }));
}
