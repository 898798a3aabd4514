import type { PipeTransform } from '@nestjs/common';
import { isFields, unknownFieldProblems } from '../workflow/input.checks.js';
import { inputFields, inputProblems, type InputClass, type InputField } from '../workflow/input.fields.js';
import { InvalidBodyError } from './rest.errors.js';

export interface BodyPipeOptions {
  /** Whether an omitted body counts as an empty object. @default false */
  readonly isOptional?: boolean;
  /** Whether to check the values, too. @default false, because the services check the values they receive */
  readonly checksValues?: boolean;
}

/**
 * Takes the fields of an input from a request body, and refuses fields that the input lacks. Null counts as omitted.
 *
 * Nest's ValidationPipe is not used: it copies the whole body, so that a deeply nested context exhausts the stack, and
 * keys of a body such as `constructor` mislead it. This pipe reads and copies only the fields of the input.
 * Declare the type of the parameter as an interface, so that a global ValidationPipe of the host ignores the body.
 */
export class BodyPipe<Body extends object> implements PipeTransform<unknown, Body> {
  private readonly fields: ReadonlyMap<string, InputField>;

  constructor(
    private readonly input: InputClass<Body>,
    private readonly options: BodyPipeOptions = {},
  ) {
    this.fields = new Map(inputFields(input).map((field) => [field.name, field]));
  }

  /** @throws InvalidBodyError with every problem */
  transform(given: unknown): Body {
    const body = this.options.isOptional ? (given ?? {}) : given;
    if (!isFields(body)) {
      throw new InvalidBodyError([{ pointer: '', message: 'must be a JSON object, sent as application/json' }]);
    }
    const entries = Object.entries(body);
    const known = Object.fromEntries(entries.filter(([name, value]) => this.isGiven(name, value)));
    const problems = [
      ...unknownFieldProblems(body, [...this.fields.keys()]),
      ...(this.options.checksValues ? inputProblems(this.input, known) : []),
    ].filter((problem) => problem !== null);
    if (problems.length > 0) throw new InvalidBodyError(problems);
    return known as Body;
  }

  private isGiven(name: string, value: unknown): boolean {
    const field = this.fields.get(name);
    if (!field) return false;
    return value !== null || field.isRequired || [field.kind.schema.type].flat().includes('null');
  }
}
