import type { INPUTS } from './input.schemas.js';
import type { SCHEMAS } from '../../api/answer.schemas.js';

export type SchemaName = keyof typeof SCHEMAS | keyof typeof INPUTS;

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

/** What neither the operation nor the code says about the answers of a method of a controller. */
export interface DescribedAnswers {
  /** By status; a name is that of the schema of a body in JSON, and null is no body. */
  readonly answers: Readonly<Record<number, SchemaName | Answer | null>>;
  /** Statuses of problem documents beside those that every operation has, or every one with a body. */
  readonly problems?: readonly number[];
  /** Whether success comes with where the new resource is, in `Location`. */
  readonly locates?: true;
  /** Whether it is a list whose neighbouring pages are in `Link`. */
  readonly isPaged?: true;
}

/** The answer of a status. */
export function answerOf(answer: SchemaName | Answer | null): Answer {
  return typeof answer === 'string' || answer === null ? { schema: answer } : answer;
}
