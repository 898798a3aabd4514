import fc from 'fast-check';
import { aCursorOf, aPlace, aReference, type Reference } from './references.js';
import { FOREIGN, OWN, SECRET } from './world.js';

/** Where a value goes: into a filter, which may say what only the other namespace has, or into what is kept. */
export type Use = 'filter' | 'kept';

type Value = fc.Arbitrary<unknown>;
const one = (...values: readonly unknown[]): Value => fc.constantFrom(...values);
const ids = (kind: 'task' | 'step' | 'webhook' | 'delivery'): fc.Arbitrary<Reference> =>
  fc.oneof(
    { weight: 5, arbitrary: aReference(kind) },
    { weight: 4, arbitrary: aReference(`foreign ${kind}`) },
    { weight: 1, arbitrary: aReference('missing') },
  );
const few = (value: Value): Value => fc.array(value, { minLength: 1, maxLength: 3 });
const stepNames = one('read', 'pay', 'ship', 'nothing');
const aStep = fc.oneof({ weight: 4, arbitrary: stepNames }, { weight: 3, arbitrary: ids('step') });
const anInstant = fc.oneof(
  { weight: 3, arbitrary: aReference('foreignInstants') },
  { weight: 1, arbitrary: one('2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z') },
);
const aCursor = fc.oneof(
  { weight: 3, arbitrary: aReference('cursors') },
  { weight: 3, arbitrary: aReference('foreignCursors') },
  { weight: 1, arbitrary: one('nonsense') },
);
const aRevision = aReference('revisions', 'foreignRevisions', 'missing');
const aContext = fc.record({
  course: one('completes', 'fails', 'retries'),
  word: one('leaf', 'root', 'vaulted'),
  amount: one(1, 7),
});

/** Some of which the contexts of the other namespace, and no others, would be errors in. */
const PATHS = [
  ...['$.word', '$ ? (@.course == "fails")', '$ ? (@.word starts with "s3")', '$ ? (@.word like_regex "0$")', '$['],
  ...['$.amount.double()', 'strict $.amount', '$ ? (@.amount.double() > 2)', '$ ? (@.word == $missing)'],
];

/** What only the other namespace has, where it may be said: in a filter. */
const secretly = (use: Use, usual: Value, ...secret: readonly string[]): Value =>
  use === 'filter' ? fc.oneof({ weight: 2, arbitrary: usual }, { weight: 1, arbitrary: one(...secret) }) : usual;

/** Values by the names of parameters and fields, over whatever face. Null: the name says nothing. */
export function valueNamed(name: string, use: Use): Value | null {
  const values: Readonly<Record<string, () => Value>> = {
    id: () => ids('task'),
    ids: () => few(ids('task')),
    taskId: () => ids('task'),
    taskIds: () => few(ids('task')),
    afterId: () => aPlace('task', 'foreign task'),
    deliveryId: () => ids('delivery'),
    step: () => aStep,
    steps: () => few(stepNames),
    bypassSteps: () => few(stepNames),
    from: () => aStep,
    namespace: () => one(OWN, OWN, OWN, FOREIGN, FOREIGN, 'nowhere'),
    name: () => one('order', 'order', 'refund', 'heist', 'nothing'),
    version: () => one('1.0.0', '1.0.0', '2.0.0', '3.0.0', 'latest'),
    tags: () => few(secretly(use, one('shared', 'leaf'), `${SECRET}_tag`)),
    anyTags: () => few(secretly(use, one('shared', 'leaf'), `${SECRET}_tag`)),
    initiator: () => secretly(use, one('pete', 'ann'), `${SECRET}_boss`, 'root'),
    sourceSystem: () => secretly(use, one('shop'), `${SECRET}_system`),
    identityHash: () => aReference('foreignHashes', 'missing'),
    type: () => secretly(use, one('shared', 'leaf', 'fresh'), `${SECRET}_type`),
    annotationType: () => secretly(use, one('shared', 'leaf', 'fresh'), `${SECRET}_type`),
    key: () => one('word', 'other'),
    annotationKey: () => one('word', 'other'),
    value: () => secretly(use, one('leaf', 'root'), `${SECRET}_0`),
    annotationValue: () => secretly(use, one('leaf', 'root'), `${SECRET}_0`),
    contextPath: () => one(...PATHS),
    text: () => one('s3cre', 'ord', 'heist', 'leaf', 'root'),
    createdAfter: () => anInstant,
    createdBefore: () => anInstant,
    updatedAfter: () => anInstant,
    updatedBefore: () => anInstant,
    after: () => aCursor,
    before: () => aCursor,
    limit: () => fc.integer({ min: 1, max: 8 }),
    first: () => fc.integer({ min: 1, max: 6 }),
    last: () => fc.integer({ min: 1, max: 6 }),
    period: () => one(1, 24, 720),
    attempts: () => one(1, 2),
    retryLimit: () => one(1, 3, 5),
    priority: () => one(null, -1, 7),
    context: () => aContext,
    results: () => aContext,
    annotation: () => fc.record({ word: one('leaf', 'root') }),
    actor: () => one('pete', 'pete', 'pete', 'root'),
    reason: () => one('because', 'why not'),
    idempotencyKey: () => one('key 1', 'key 2'),
    requestKey: () => one('key-1', 'key-2', 'key-3'),
    clientMutationId: () => one('mine'),
    ifRevision: () => aRevision,
    runAt: () => one('2100-01-01T00:00:00Z'),
    deadlineAt: () => one('2100-01-02T00:00:00Z'),
    retained: () => fc.boolean(),
    isEnabled: () => one(true, true, false),
    description: () => one('of pete', null),
    secret: () => one(`whsec_${Buffer.alloc(24, 'k').toString('base64')}`),
  };
  return values[name]?.() ?? null;
}

/** The fields without which a start means a template that there is not. */
export const usualIn = (needed: readonly string[], optional: readonly string[]): readonly string[] =>
  needed.includes('name') ? optional.filter((name) => ['namespace', 'version', 'context'].includes(name)) : [];

/** A few of the fields: many conditions at once find nothing. */
export function sparse(
  fields: Readonly<Record<string, Value>>,
  most = 3,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const names = Object.keys(fields);
  return fc
    .subarray(names, { maxLength: Math.min(most, names.length) })
    .chain((some) => fc.record(Object.fromEntries(some.map((name) => [name, fields[name]!]))));
}

/** A page of a list by a cursor, in the words of REST or of GraphQL, with what else is asked. */
export function aPage(face: 'REST' | 'GraphQL'): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const fields = fc.constantFrom('createdAt', 'createdAt', 'updatedAt', 'completedAt', 'requestedAt');
  return fc
    .tuple(fields, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 6 }))
    .chain(([field, isDown, isAfter, size]) => {
      const sort = face === 'REST' ? `${isDown ? '-' : ''}${field}` : `${field}${isDown ? 'Desc' : ''}`;
      const way = isAfter ? 'after' : 'before';
      const limit = face === 'REST' ? 'limit' : isAfter ? 'first' : 'last';
      return aCursorOf(field).map((cursor) => ({ sort, [way]: cursor, [limit]: size }));
    });
}

/** What headers say. */
export const HEADERS: Readonly<Record<string, Value>> = {
  'Idempotency-Key': one('key-1', 'key-2', 'key-3'),
  'If-Match': fc.oneof(aReference('etags'), aReference('foreignEtags'), one('*', '*')),
  'If-None-Match': fc.oneof(aReference('etags'), aReference('foreignEtags'), one('*')),
};

/** Parts of paths, which mean another thing below other paths. */
export function pathValue(name: string, path: string): Value {
  if (name === 'id' && path.startsWith('/webhooks/')) return ids('webhook');
  if (name === 'id' && path.startsWith('/api_tokens/')) return aReference('foreignTokens', 'missing');
  if (name === 'id' && path.startsWith('/workflow_steps/')) return ids('step');
  if (name === 'id' && path.includes('/workflow_steps/')) return aStep;
  return valueNamed(name, 'filter') ?? ids('task');
}
