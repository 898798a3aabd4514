import { getOperationAST, GraphQLError, parse, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { shortened } from '../error.size.js';
import { checkText } from '../limits/document.size.js';
import { refusedAs, refusalOf } from '../limits/limit.refusal.js';
import type { QueryLimits } from '../limits/query.limits.js';

interface Execution extends ExecutionResult {
  readonly statusCode?: number;
}

/** An error of Mercurius, which may contain the errors of a document. */
interface Standing {
  readonly statusCode?: number;
  readonly errors?: readonly Error[];
}

interface Formatted {
  readonly statusCode: number;
  readonly response: { readonly data?: unknown; readonly errors?: readonly (GraphQLError | GraphQLFormattedError)[] };
}

export type ErrorFormatter = (execution: Execution, context: unknown) => Formatted;

interface AskedText {
  readonly source: string;
  readonly context: { readonly reply?: { readonly request: { readonly method: string; readonly query?: unknown } } };
}

type Hook = (schema: unknown, source: string, context: AskedText['context']) => Promise<void>;

/** Matches a document in the form of JSON, which Mercurius would accept with any number of tokens. */
const JSON_OBJECT = /^[\s,\uFEFF]*\{[\s,]*["}]/;

/** Checks a text before Mercurius parses or caches it: many large texts in the cache would fill the memory. */
export function preParsing(limits: Required<QueryLimits>): Hook {
  return (_, source, context) => {
    const refusal = refusalOf(() => checkText(source, limits));
    if (refusal) throw refusedAs(refusal);
    if (JSON_OBJECT.test(source)) throw badRequest('The query must be a string in the GraphQL language.');
    checkOperation({ source, context }, limits);
    return Promise.resolve();
  };
}

/** For GET, Mercurius reads the operation without checking that there is one. */
function checkOperation({ source, context: { reply } }: AskedText, { maxTokens }: Required<QueryLimits>): void {
  if (reply?.request.method !== 'GET') return;
  const { operationName } = (reply.request.query ?? {}) as { readonly operationName?: unknown };
  const name = typeof operationName === 'string' ? operationName : undefined;
  if (getOperationAST(parse(source, { maxTokens }), name)) return;
  throw badRequest('Name the operation to run in operationName.');
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { originalError: Object.assign(new Error(message), { statusCode: 400 }) });
}

/** The host's formatter, or that of Mercurius, with shortened errors. */
export function shorteningFormatter(given: ErrorFormatter = format): ErrorFormatter {
  return (execution, context) => {
    const { statusCode, response } = given(execution, context);
    return { statusCode, response: { ...response, ...(response.errors && { errors: shortened(response.errors) }) } };
  };
}

function format({ data, errors = [], statusCode }: Execution): Formatted {
  const [only] = errors.length === 1 ? errors : [];
  const status = data ? 200 : (statusCode ?? standingOf(only).statusCode ?? 200);
  const told = errors.flatMap((error) => standingOf(error).errors?.map(asGraphqlError) ?? error);
  return { statusCode: status, response: { data: data ?? null, errors: told } };
}

function standingOf(error: GraphQLError | undefined): Standing {
  return (error?.originalError ?? {}) as Standing;
}

function asGraphqlError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(error.message);
}
