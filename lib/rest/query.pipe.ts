import type { PipeTransform } from '@nestjs/common';
import { isUnknownField, mustBe } from '../workflow/input.wording.js';
import { pointerTo } from '../workflow/json.pointer.js';
import type { Problem } from '../workflow/tasker.error.js';
import { InvalidQueryError } from './rest.errors.js';

/**
 * How a query parameter is written: `text` once; `number` once, in digits; `texts` once or more; `words` once or more, with
 * commas or without.
 */
export type ParameterKind = 'text' | 'number' | 'texts' | 'words';

type ValueOf<Kind extends ParameterKind> = Kind extends 'text' ? string : Kind extends 'number' ? number : string[];

/** The values of the parameters that were given. */
export type QueryOf<Table extends Readonly<Record<string, ParameterKind>>> = {
  readonly [Name in keyof Table]?: ValueOf<Table[Name]>;
};

/** Reads a query by a table of the parameters it may have. What values are allowed is for others to say. */
export class QueryPipe<Table extends Readonly<Record<string, ParameterKind>>> implements PipeTransform<
  unknown,
  QueryOf<Table>
> {
  constructor(private readonly parameters: Table) {}

  /** @throws InvalidQueryError with every problem */
  transform(query: unknown): QueryOf<Table> {
    const problems: Problem[] = [];
    const read: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(query ?? {})) {
      const problem = this.problemOf(name, value);
      if (problem) problems.push({ pointer: pointerTo(name), message: problem });
      else read[name] = valueOf(this.parameters[name]!, value as string | string[]);
    }
    if (problems.length > 0) throw new InvalidQueryError(problems);
    return read as QueryOf<Table>;
  }

  private problemOf(name: string, value: unknown): string | null {
    if (!Object.hasOwn(this.parameters, name)) {
      return isUnknownField(name, Object.keys(this.parameters), 'parameter');
    }
    const kind = this.parameters[name]!;
    const isMany = kind === 'texts' || kind === 'words';
    if (Array.isArray(value) && isMany && value.every((each) => typeof each === 'string')) return null;
    if (typeof value !== 'string') return isMany ? mustBe('a string') : 'must be given once, as a string';
    return kind === 'number' && !/^\d{1,9}$/.test(value) ? mustBe('a whole number') : null;
  }
}

function valueOf(kind: ParameterKind, value: string | string[]): string | number | string[] {
  const all = [value].flat();
  if (kind === 'texts') return all;
  if (kind === 'words') return all.flatMap((each) => each.split(',')).filter((word) => word !== '');
  return kind === 'number' ? Number(value) : all.join();
}
