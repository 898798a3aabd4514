import { STATUS_CODES } from 'node:http';
import { CORRELATION_HEADER } from '../../auth/correlation.js';
import type { Verb } from '../../api/operation.js';
import { answerOf, type Answer, type DescribedAnswers } from './described.route.js';
import type { DescribedOperation } from './operations.js';
import { reference } from './schema.reference.js';

type Json = Readonly<Record<string, unknown>>;

/** The headers of answers, by the names of their components. */
export const HEADERS = {
  CorrelationId: { description: 'The id of the request in the logs.', schema: { type: 'string' } },
  Location: {
    description: 'A reference to the new resource, relative to the URL of the request.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
  },
  Link: {
    description:
      'References to the next and previous page, as `next` and `prev` (RFC 8288), relative to the URL of the request.',
    schema: { type: 'string' },
  },
  ETag: {
    description: 'The version of the resource, for `If-Match` and `If-None-Match`.',
    required: true,
    schema: { type: 'string' },
  },
  RetryAfter: { description: 'The number of seconds after which to retry.', schema: { type: 'integer', minimum: 1 } },
  IdempotencyReplayed: {
    description: 'Present if this is the answer to an earlier request with the same idempotency key.',
    schema: { type: 'string', enum: ['true'] },
  },
} as const;

const header = (name: keyof typeof HEADERS): Json => ({ $ref: `#/components/headers/${name}` });

/** The statuses of temporary problems. */
const PASSING: readonly number[] = [409, 429, 503];
/** The statuses of answers with an ETag. */
const TAGGED: readonly string[] = ['200', '304'];

/** Whether the answer is a stream of events. */
export const isStream = ({ 200: ok = null }: DescribedAnswers['answers']): boolean =>
  'text/event-stream' in (answerOf(ok).media ?? {});

/** The statuses that every guarded request can have, and every request with a body. Probes have neither. */
const OF_GUARDED = [400, 401, 403, 429, 500, 503]; // 503: the engine or the authenticator has lost its database
const OF_BODY = [413, 415];

export function responsesOf({ operation, locates, isPaged, ...described }: DescribedOperation, verb: Verb): Json {
  const { answers, problems = [] } = described;
  const isGuarded = operation.permission !== null;
  const found = { [CORRELATION_HEADER]: header('CorrelationId') };
  const isTagged = 304 in answers || problems.includes(412);
  const ok = Object.entries(answers).map(([status, answer]) => {
    const headers = {
      ...(isGuarded && found),
      ...(locates && { Location: header('Location') }),
      ...(isPaged && { Link: header('Link') }),
      ...(isTagged && TAGGED.includes(status) && { ETag: header('ETag') }),
      ...(isGuarded &&
        verb === 'POST' &&
        !operation.answersSecret && { 'Idempotency-Replayed': header('IdempotencyReplayed') }),
    };
    return [
      status,
      {
        description: STATUS_CODES[status],
        ...(Object.keys(headers).length > 0 && { headers }),
        ...contentOf(answerOf(answer)),
      },
    ];
  });
  const statuses = [...(isGuarded ? OF_GUARDED : []), ...(operation.input ? OF_BODY : []), ...problems];
  const wrong = statuses.sort().map((status) => [
    String(status),
    {
      description: STATUS_CODES[status],
      headers: { ...found, ...(PASSING.includes(status) && { 'Retry-After': header('RetryAfter') }) },
      content: {
        ...(answers[status] && (contentOf(answerOf(answers[status])).content as Json)),
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
