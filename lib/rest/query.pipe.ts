import { Query, type PipeTransform } from '@nestjs/common';
import { inputFields, type InputClass } from '../workflow/input.fields.js';
import type { InputKind } from '../workflow/input.kinds.js';
import type { Bounds } from '../workflow/list.bounds.js';
import { isUnknownField, mustBe } from '../workflow/input.wording.js';
import { pointerTo } from '../workflow/json.pointer.js';
import type { Problem } from '../workflow/tasker.error.js';
import { InvalidQueryError } from './rest.errors.js';

/**
 * The form of a query parameter: `text` is given once; `number` once, in digits; `texts` once or more; `words` once or
 * more, with or without commas.
 */
export type ParameterKind = 'text' | 'number' | 'texts' | 'words';

/** A query parameter, for reading it and for its description in OpenAPI. */
export interface QueryParameter {
  readonly kind: ParameterKind;
  readonly description: string;
  readonly values?: readonly string[];
  readonly format?: 'date-time';
  /** The minimum, the maximum and the default of a number. */
  readonly bounds?: Bounds;
}

export type QueryParameters = Readonly<Record<string, QueryParameter>>;

type ValueOf<Kind extends ParameterKind> = Kind extends 'text' ? string : Kind extends 'number' ? number : string[];

/** The values of the parameters that were given. */
export type QueryOf<Parameters extends QueryParameters> = {
  readonly [Name in keyof Parameters]?: ValueOf<Parameters[Name]['kind']>;
};

/** The fields of an input as query parameters. Objects among them have none. */
export function queryOf(input: InputClass): QueryParameters {
  const fields = inputFields(input).filter(({ kind }) => !('$ref' in kind.schema));
  return Object.fromEntries(fields.map(({ name, kind, description }) => [name, parameterOf(kind, description)]));
}

function parameterOf({ schema, isId, choice }: InputKind, description: string): QueryParameter {
  const { type, format, minimum, maximum, default: preset } = schema;
  if (type === 'integer')
    return { kind: 'number', description, bounds: { minimum, maximum, default: preset } as Bounds };
  if (type !== 'array') return { kind: 'text', description, ...(format === 'date-time' && { format }) };
  return { kind: isId || choice ? 'words' : 'texts', description, ...(choice && { values: choice.values }) };
}

const PARAMETERS = Symbol('TASKER_QUERY');

/** The query of a request. Other parameters than these are refused. */
export function QueryBy(parameters: QueryParameters): ParameterDecorator {
  return (prototype, method, index) => {
    Query(new QueryPipe(parameters))(prototype, method, index);
    Reflect.defineMetadata(PARAMETERS, parameters, (prototype as Readonly<Record<PropertyKey, object>>)[method!]!);
  };
}

/** The query parameters of a controller's method. */
export function queryParametersOf(method: object): QueryParameters {
  return (Reflect.getMetadata(PARAMETERS, method) as QueryParameters | undefined) ?? {};
}

/** Reads a query by a table of parameters. The values are checked elsewhere. */
export class QueryPipe<Parameters extends QueryParameters> implements PipeTransform<unknown, QueryOf<Parameters>> {
  constructor(private readonly parameters: Parameters) {}

  /** @throws InvalidQueryError with every problem */
  transform(query: unknown): QueryOf<Parameters> {
    const problems: Problem[] = [];
    const read: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(query ?? {})) {
      const problem = this.problemOf(name, value);
      if (problem) problems.push({ pointer: pointerTo(name), message: problem });
      else read[name] = valueOf(this.parameters[name]!.kind, value as string | string[]);
    }
    if (problems.length > 0) throw new InvalidQueryError(problems);
    return read as QueryOf<Parameters>;
  }

  private problemOf(name: string, value: unknown): string | null {
    if (!Object.hasOwn(this.parameters, name)) {
      return isUnknownField(name, Object.keys(this.parameters), 'parameter');
    }
    const { kind } = this.parameters[name]!;
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
