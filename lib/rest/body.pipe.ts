import type { PipeTransform, Type } from '@nestjs/common';
import { isFields } from '../workflow/input.checks.js';
import { isUnknownField } from '../workflow/input.wording.js';
import { pointerTo } from '../workflow/json.pointer.js';
import type { Problem } from '../workflow/tasker.error.js';
import { fieldsOf, type BodyField } from './body.field.js';
import { InvalidBodyError } from './rest.errors.js';

/**
 * Checks a request body against the fields of a DTO and refuses fields that the DTO lacks.
 *
 * Nest's ValidationPipe is not used: it copies the whole body, so that a deeply nested context exhausts the stack, and
 * a body may hold keys (`constructor`) that mislead it. Only the DTO's own fields are looked at and copied here.
 * Declare the parameter by an interface, so that a global ValidationPipe of the host leaves it alone.
 */
export class BodyPipe<Dto extends object> implements PipeTransform<unknown, Dto> {
  private readonly fields: ReadonlyMap<string, BodyField>;

  /** @param isOptional whether no body at all means one without fields */
  constructor(
    private readonly dto: Type<Dto>,
    private readonly isOptional = false,
  ) {
    this.fields = new Map(fieldsOf(dto).map((field) => [field.name, field]));
  }

  /** @throws InvalidBodyError with every problem */
  transform(given: unknown): Dto {
    const body = this.isOptional ? (given ?? {}) : given;
    if (!isFields(body)) {
      throw new InvalidBodyError([{ pointer: '', message: 'must be a JSON object, sent as application/json' }]);
    }
    const entries = Object.entries(body);
    const dto = Object.assign(new this.dto(), Object.fromEntries(entries.filter(([field]) => this.fields.has(field))));
    const problems = [
      ...entries.filter(([field]) => !this.fields.has(field)).map(([field]) => this.unknownField(field)),
      ...[...this.fields.values()].flatMap((field) => problemsOf(field, dto)),
    ];
    if (problems.length > 0) throw new InvalidBodyError(problems);
    return dto;
  }

  private unknownField(field: string): Problem {
    return { pointer: pointerTo(field), message: isUnknownField(field, this.fields.keys()) };
  }
}

function problemsOf({ name, faultOf }: BodyField, dto: object): Problem[] {
  const fault = faultOf((dto as Readonly<Record<string, unknown>>)[name]);
  return fault === null ? [] : [{ pointer: pointerTo(name), message: fault }];
}
