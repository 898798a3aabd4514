import { readFileSync } from 'node:fs';

export type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** An operation as the description of the API has it. */
export interface DocumentedOperation {
  readonly id: string;
  readonly verb: Verb;
  /** With `{name}` for each part that varies. */
  readonly path: string;
  /** Names by where they go. */
  readonly takes: Readonly<Record<'path' | 'query' | 'header', readonly string[]>>;
  /** The example of its body; undefined: it takes none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly isPublic: boolean;
  /** Every status of an error, with the media type of its answer. */
  readonly errors: ReadonlyMap<number, string>;
}

interface Described {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters: readonly { readonly name: string; readonly in: 'path' | 'query' | 'header' }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly example: object } } };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

/** All of docs/openapi.json, which another test compares with what is served. */
export function documentedOperations(): readonly DocumentedOperation[] {
  const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
    paths: Readonly<Record<string, Readonly<Record<Verb, Described>>>>;
  };
  return Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, described]) => operationOf(path, verb as Verb, described)),
  );
}

function operationOf(path: string, verb: Verb, described: Described): DocumentedOperation {
  const { operationId, security, parameters, requestBody, responses } = described;
  const taken = (where: string): readonly string[] =>
    parameters.filter((parameter) => parameter.in === where).map(({ name }) => name);
  return {
    ...{ id: operationId, verb, path },
    takes: { path: taken('path'), query: taken('query'), header: taken('header') },
    body: requestBody?.content['application/json'].example as DocumentedOperation['body'],
    isPublic: security?.length === 0,
    errors: new Map(
      Object.entries(responses)
        .map(([status, { content = {} }]) => [Number(status), Object.keys(content).join()] as const)
        .filter(([status]) => status >= 400),
    ),
  };
}
