import type { Type } from '@nestjs/common';
import type { ParameterKind } from '../query.pipe.js';
import type { SCHEMAS } from './openapi.schemas.js';
import type { TAGS } from './operations.js';

export type SchemaName = keyof typeof SCHEMAS;

/** One query parameter: how it is written, and what it is for. */
export interface QueryParameter {
  readonly kind: ParameterKind;
  readonly description: string;
  readonly values?: readonly string[];
}

/** What the code does not say of itself about a method of a controller. */
export interface Operation {
  /** The `operationId`, by which generated clients call it. */
  readonly id: string;
  readonly summary: string;
  readonly query?: Readonly<Record<string, QueryParameter>>;
  readonly body?: { readonly schema: SchemaName; readonly isOptional?: boolean; readonly example?: unknown };
  /** By status; `text` stands for plain text beside JSON, null for no body. */
  readonly answers: Readonly<Record<number, { readonly schema: SchemaName | null; readonly text?: string }>>;
  /** Statuses of problem documents beside those that every operation has. */
  readonly problems?: readonly number[];
}

/** The operations of a controller, by the names of its methods. */
export interface Operations {
  readonly controller: Type;
  readonly tag: keyof typeof TAGS;
  readonly methods: Readonly<Record<string, Operation>>;
}
