import { STATUS_CODES } from 'node:http';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import { CORRELATION_HEADER } from '../correlation.js';
import { IDEMPOTENCY_HEADER } from '../idempotency.key.js';
import { SCHEMAS } from './openapi.schemas.js';
import type { Answer, Operation, Operations, QueryParameter } from './operation.js';
import { OPERATIONS, TAGS } from './operations.js';
import { reference } from './schema.reference.js';
import { WEBHOOK_REQUESTS } from './webhook.request.js';

type Json = Readonly<Record<string, unknown>>;
type Method = Readonly<Record<string, unknown>> & object;

export interface OpenApiDocument extends Json {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/**
 * The API as OpenAPI 3.1. Paths, verbs and permissions are read from the controllers, schemas come from the types of the
 * bodies, and only the words are written down beside them.
 *
 * @param server where the paths begin: an address, or a reference from that of the document
 */
export function openApiDocument(server: string, version: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'nestjs-tasker',
      version,
      description: 'Durable DAG workflows: tasks, their steps, and what people do with them.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: server }],
    security: [{ host: [] }, {}],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: pathsOf(OPERATIONS),
    webhooks: WEBHOOK_REQUESTS,
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        host: {
          type: 'http',
          scheme: 'bearer',
          description: 'As the authenticator of the host wants it; none without one.',
        },
      },
      headers: {
        CorrelationId: { description: 'By which the request is found in the logs.', schema: { type: 'string' } },
      },
    },
  };
}

function pathsOf(all: readonly Operations[]): OpenApiDocument['paths'] {
  const paths: Record<string, Record<string, Json>> = {};
  for (const { controller, tag, methods } of all) {
    const base = Reflect.getMetadata(PATH_METADATA, controller) as string;
    for (const [name, operation] of Object.entries(methods)) {
      const method = (controller.prototype as Readonly<Record<string, Method>>)[name]!;
      const route = [base, Reflect.getMetadata(PATH_METADATA, method) as string];
      const path = `/${route
        .flatMap((part) => part.split('/'))
        .filter(Boolean)
        .join('/')}`;
      const verb = RequestMethod[Reflect.getMetadata(METHOD_METADATA, method) as number]!.toLowerCase();
      (paths[path.replace(/:(\w+)/g, '{$1}')] ??= {})[verb] = describe(operation, { tag, path, verb, method });
    }
  }
  return paths;
}

interface Place {
  readonly tag: string;
  readonly path: string;
  readonly verb: string;
  readonly method: Method;
}

function describe(operation: Operation, { tag, path, verb, method }: Place): Json {
  const { id, summary, body } = operation;
  const permission = Reflect.getMetadata(RequirePermission.KEY, method) as string | undefined;
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(permission === undefined
      ? { security: [] }
      : { description: `Needs the permission \`${permission}\`, where the host asks for permissions.` }),
    parameters: parametersOf(operation, path, verb),
    ...(body && {
      requestBody: {
        required: !body.isOptional,
        content: { 'application/json': { schema: reference(body.schema), example: body.example } },
      },
    }),
    responses: responsesOf(operation, permission !== undefined),
  };
}

function parametersOf({ query = {}, problems = [], answers }: Operation, path: string, verb: string): readonly Json[] {
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
  return [
    ...inPath,
    ...inQuery,
    ...(verb === 'post'
      ? [header(IDEMPOTENCY_HEADER, 'For a day the same request with the same key is carried out once.')]
      : []),
    ...(problems.includes(412) ? [header('If-Match', 'The ETag of what is to be changed: nothing newer is.')] : []),
    ...(304 in answers ? [header('If-None-Match', 'An ETag: 304 while nothing of it has changed.')] : []),
  ];
}

/** What an id is of, where it is not of a task. */
function subjectOf(path: string): string {
  if (path.startsWith('/webhooks')) return 'webhook ';
  return path.includes('workflow_steps') ? 'step ' : '';
}

const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  id: 'The id of the task.',
  'step id': 'The name or id of the step.',
  'webhook id': 'The id of the webhook.',
  deliveryId: 'The id of the delivery.',
  taskId: 'The id of the task.',
  namespace: 'The namespace.',
  name: 'The name of the task template.',
};

function queryParameter(name: string, { kind, description, values }: QueryParameter): Json {
  const one = { type: kind === 'number' ? 'integer' : 'string', ...(values && { enum: values }) };
  const isMany = kind === 'words' || kind === 'texts';
  return {
    name,
    in: 'query',
    description,
    schema: isMany ? { type: 'array', items: one } : one,
    ...(isMany && { style: 'form', explode: kind === 'texts' }),
  };
}

/** What can be wrong with every request that is guarded, and with every body; probes ask nothing that could be wrong. */
const OF_GUARDED = [400, 401, 403, 500, 503]; // 503: the database may be away, from us or from who authenticates
const OF_BODY = [413, 415];

function responsesOf({ answers, body, problems = [] }: Operation, isGuarded: boolean): Json {
  const headers = { [CORRELATION_HEADER]: { $ref: '#/components/headers/CorrelationId' } };
  const ok = Object.entries(answers).map(([status, answer]) => [
    status,
    { description: STATUS_CODES[status], ...(isGuarded && { headers }), ...contentOf(answer) },
  ]);
  const statuses = [...(isGuarded ? OF_GUARDED : []), ...(body ? OF_BODY : []), ...problems];
  const wrong = statuses.sort().map((status) => [
    String(status),
    {
      description: STATUS_CODES[status],
      headers,
      content: {
        ...(answers[status] && (contentOf(answers[status]).content as Json)),
        'application/problem+json': { schema: reference('ProblemDocument') },
      },
    },
  ]);
  return Object.fromEntries([...ok, ...wrong]) as Json;
}

function contentOf({ schema, media = {} }: Answer): Json {
  const bodies = [
    ...(schema === null ? [] : [['application/json', { schema: reference(schema) }]]),
    ...Object.entries(media).map(([type, { description, carries }]) => [
      type,
      { schema: { type: 'string', description, ...(carries && { contentSchema: reference(carries) }) } },
    ]),
  ];
  return bodies.length === 0 ? {} : { content: Object.fromEntries(bodies) as Json };
}
