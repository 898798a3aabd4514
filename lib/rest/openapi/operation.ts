import type { Type } from '@nestjs/common';
import type { PAGE_BOUNDS } from '../../workflow/list.bounds.js';
import type { ParameterKind } from '../query.pipe.js';
import type { INPUTS } from './input.schemas.js';
import type { SCHEMAS } from './openapi.schemas.js';
import type { TAGS } from './operations.js';

export type SchemaName = keyof typeof SCHEMAS | keyof typeof INPUTS;

/** One query parameter: how it is written, and what it is for. */
export interface QueryParameter {
  readonly kind: ParameterKind;
  readonly description: string;
  readonly values?: readonly string[];
  readonly format?: 'date-time';
  /** Of a number: the least, the most, and what it is unless said otherwise. */
  readonly bounds?: typeof PAGE_BOUNDS;
}

/** A body that is no JSON. */
export interface TextBody {
  readonly description: string;
  /** Of the JSON that it carries, if any. */
  readonly carries?: SchemaName;
}

/** How a request is answered. */
export interface Answer {
  /** Of a body in JSON; null: there is none. */
  readonly schema: SchemaName | null;
  /** What other bodies there may be, by their media type. */
  readonly media?: Readonly<Record<string, TextBody>>;
}

/** What the code does not say of itself about a method of a controller. */
export interface Operation {
  /** The `operationId`, by which generated clients call it. */
  readonly id: string;
  readonly summary: string;
  /** Whether another operation has replaced it. */
  readonly isDeprecated?: boolean;
  readonly query?: Readonly<Record<string, QueryParameter>>;
  readonly body?: { readonly schema: SchemaName; readonly isOptional?: boolean; readonly example?: unknown };
  /** Whether success comes with where the new resource is, in `Location`. */
  readonly locates?: boolean;
  /** Whether it is a list whose neighbouring pages are in `Link`. */
  readonly isPaged?: boolean;
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of problem documents beside those that every operation has, or every one with a body. */
  readonly problems?: readonly number[];
}

/** The operations of a controller, by the names of its methods. */
export interface Operations {
  readonly controller: Type;
  readonly tag: keyof typeof TAGS;
  readonly methods: Readonly<Record<string, Operation>>;
}
