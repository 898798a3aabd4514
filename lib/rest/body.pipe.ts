import type { PipeTransform, Type } from '@nestjs/common';
import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import type { Problem } from '../workflow/tasker.error.js';
import { InvalidBodyError } from './rest.errors.js';

/**
 * Checks a request body against a DTO of class-validator and refuses fields that the DTO lacks.
 *
 * Nest's ValidationPipe is not used: it copies the whole body, so that a deeply nested context exhausts the stack, and
 * a body may hold keys (`constructor`) that mislead it. Only the DTO's own fields are looked at and copied here.
 * Declare the parameter by an interface, so that a global ValidationPipe of the host leaves it alone.
 */
export class BodyPipe<Dto extends object> implements PipeTransform<unknown, Promise<Dto>> {
  private readonly fields: ReadonlySet<string>;

  /** @param isOptional whether no body at all means one without fields */
  constructor(
    private readonly dto: Type<Dto>,
    private readonly isOptional = false,
  ) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    this.fields = new Set(rules.map(({ propertyName }) => propertyName));
  }

  /** @throws InvalidBodyError with every problem */
  async transform(given: unknown): Promise<Dto> {
    const body = this.isOptional ? (given ?? {}) : given;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new InvalidBodyError([{ pointer: '', message: 'must be a JSON object, sent as application/json' }]);
    }
    const entries = Object.entries(body);
    const dto = Object.assign(new this.dto(), Object.fromEntries(entries.filter(([field]) => this.fields.has(field))));
    const problems = [
      ...entries.filter(([field]) => !this.fields.has(field)).map(([field]) => this.unknownField(field)),
      ...(await validate(dto)).flatMap(problemsOf),
    ];
    if (problems.length > 0) throw new InvalidBodyError(problems);
    return dto;
  }

  private unknownField(field: string): Problem {
    return { pointer: pointerTo(field), message: `is not a known field; known: ${[...this.fields].join(', ')}` };
  }
}

/** class-validator begins most messages with the name of the property, which the pointer says already. */
function problemsOf({ property, constraints = {} }: ValidationError): Problem[] {
  return Object.values(constraints).map((message) => ({
    pointer: pointerTo(property),
    message: message.startsWith(`${property} `) ? message.slice(property.length + 1) : message,
  }));
}

/** RFC 6901. */
function pointerTo(field: string): string {
  return `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
