import type { Verb } from '../../api/operation.js';
import type { Permission } from '../../workflow/access/permissions.js';
import { IDEMPOTENCY_HEADER } from '../idempotency.key.js';
import type { QueryParameter } from '../query.pipe.js';
import { INPUT_SCHEMAS, nameOfInput } from './input.schemas.js';
import { SCHEMAS } from '../../api/answer.schemas.js';
import { OPERATIONS, type DescribedOperation, type Operations } from './operations.js';
import { HEADERS, isStream, responsesOf } from './responses.js';
import { reference } from './schema.reference.js';
import { TAGS, type Tag } from './tags.js';
import { WEBHOOK_REQUESTS } from './webhook.request.js';

type Json = Readonly<Record<string, unknown>>;

export interface OpenApiDocument extends Json {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/**
 * The API as OpenAPI 3.1. Paths, permissions, summaries and inputs come from the operations of `lib/api`, and the rest
 * from the controllers.
 *
 * @param server the URL that the paths are relative to: absolute, or relative to the URL of the document
 */
export function openApiDocument(server: string, version: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'nestjs-tasker',
      version,
      description: 'Durable DAG workflows: tasks, their steps, and actions on them.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: server }],
    security: [{ host: [] }, {}],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: pathsOf(OPERATIONS),
    webhooks: WEBHOOK_REQUESTS,
    components: {
      schemas: sortedByName({ ...SCHEMAS, ...INPUT_SCHEMAS }),
      securitySchemes: {
        host: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The credentials that the authenticator of the host expects. Not needed if the host has no authenticator.',
        },
      },
      headers: HEADERS,
    },
  };
}

function sortedByName(schemas: Json): Json {
  return Object.fromEntries(Object.entries(schemas).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function pathsOf(all: readonly Operations[]): OpenApiDocument['paths'] {
  const paths: Record<string, Record<string, Json>> = {};
  for (const { tag, methods } of all) {
    for (const described of Object.values(methods)) {
      const [verb, path] = described.operation.route.split(' ') as [Verb, string];
      (paths[path.replace(/:(\w+)/g, '{$1}')] ??= {})[verb.toLowerCase()] = describe(described, { tag, path, verb });
    }
  }
  return paths;
}

interface Place {
  readonly tag: Tag;
  readonly path: string;
  readonly verb: Verb;
}

function describe(described: DescribedOperation, { tag, path, verb }: Place): Json {
  const { id, summary, permission, also = [], input, isInputOptional, example, isDeprecated } = described.operation;
  return {
    operationId: id,
    summary,
    ...(isDeprecated && { deprecated: true }),
    tags: [tag],
    ...(permission === null ? { security: [] } : { description: needing([permission, ...also]) }),
    parameters: parametersOf(described, path, verb),
    ...(input && {
      requestBody: {
        required: !isInputOptional,
        content: { 'application/json': { schema: reference(nameOfInput(input)), example } },
      },
    }),
    responses: responsesOf(described, verb),
  };
}

function needing(permissions: readonly Permission[]): string {
  const names = permissions.map((name) => `\`${name}\``);
  const what = names.length === 1 ? 'the permission' : 'all of the permissions';
  return `If the host authorizes requests, this needs ${what} ${names.join(', ')}.`;
}

function parametersOf(
  { operation, query, problems = [], answers }: DescribedOperation,
  path: string,
  verb: Verb,
): readonly Json[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: PATH_PARAMETERS[`${subjectOf(path)}${name!}`] ?? PATH_PARAMETERS[name!],
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query).map(([name, parameter]) => queryParameter(name, parameter));
  const header = (name: string, description: string): Json => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  });
  const inHeaders = [
    verb === 'POST' && !operation.answersSecret && header(IDEMPOTENCY_HEADER, REPEATED),
    problems.includes(412) && header('If-Match', CHANGED),
    isStream(answers) && header('Last-Event-ID', FOLLOWED),
    304 in answers && header('If-None-Match', KNOWN),
  ];
  return [...inPath, ...inQuery, ...inHeaders.filter((each) => each !== false)];
}

const REPEATED =
  'Identifies the request. If it is repeated with the same key within a day, it is not carried out again.';
const CHANGED = 'The ETag of the version to change. If there is a newer version, nothing is changed.';
const FOLLOWED = 'The position of the last event that was received. The stream continues after it.';
const KNOWN = 'The ETag of an earlier answer. If nothing has changed since then, the status is 304.';

/** The prefix of an id in `PATH_PARAMETERS` that tells ids of steps, webhooks and tokens from those of tasks. */
function subjectOf(path: string): string {
  if (path.startsWith('/webhooks')) return 'webhook ';
  if (path.startsWith('/api_tokens')) return 'token ';
  return path.includes('workflow_steps') ? 'step ' : '';
}

const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  id: 'The id of the task.',
  'step id': 'The name or id of the step.',
  'webhook id': 'The id of the webhook.',
  'token id': 'The id of the API token.',
  deliveryId: 'The id of the delivery.',
  taskId: 'The id of the task.',
  namespace: 'The namespace.',
  name: 'The name of the task template.',
};

function queryParameter(name: string, { kind, description, values, format, bounds }: QueryParameter): Json {
  const one = {
    type: kind === 'number' ? 'integer' : 'string',
    ...(values && { enum: values }),
    ...(format && { format }),
    ...bounds,
  };
  const isMany = kind === 'words' || kind === 'texts';
  return {
    name,
    in: 'query',
    description,
    schema: isMany ? { type: 'array', items: one } : one,
    ...(isMany && { style: 'form', explode: kind === 'texts' }),
  };
}
