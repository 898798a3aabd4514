import type { INPUTS } from './input.schemas.js';
import type { SCHEMAS } from '../../api/answer.schemas.js';

export type SchemaName = keyof typeof SCHEMAS | keyof typeof INPUTS;

/** A body that is not JSON. */
export interface TextBody {
  readonly description: string;
  /** The schema of the JSON within the body, if there is any. */
  readonly carries?: SchemaName;
}

/** The bodies of an answer. */
export interface Answer {
  /** The schema of the JSON body. Null if there is none. */
  readonly schema: SchemaName | null;
  /** Other possible bodies, by media type. */
  readonly media?: Readonly<Record<string, TextBody>>;
}

/** The parts of a route's description that follow neither from the operation nor from the code. */
export interface DescribedAnswers {
  /** The answers by status. A name is short for a JSON body with that schema, and null for no body. */
  readonly answers: Readonly<Record<number, SchemaName | Answer | null>>;
  /** The statuses of problem documents, in addition to those that `responses.ts` adds to all operations. */
  readonly problems?: readonly number[];
  /** True if the answer refers to a new resource in `Location`. */
  readonly locates?: true;
  /** True if the answer is a page of a list, with references to the next and previous page in `Link`. */
  readonly isPaged?: true;
}

/** Expands the short forms of an answer. */
export function answerOf(answer: SchemaName | Answer | null): Answer {
  return typeof answer === 'string' || answer === null ? { schema: answer } : answer;
}
