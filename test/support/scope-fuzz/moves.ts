import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { aForeignAct, aTellingAct, type ForeignAct } from './foreign.acts.js';
import { aGraphqlRequest, aSubscription, type GraphqlRequest, type SubscriptionRequest } from './graphql.requests.js';
import { aReference, type Reference } from './references.js';
import { aRestRequest, aStreamQuery, type RestRequest } from './rest.requests.js';

/** Server-sent events, of all tasks or of one. */
export interface EventsRequest {
  readonly face: 'events';
  readonly name: string;
  readonly task: Reference | null;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly after: Reference;
}

export type StreamRequest = EventsRequest | SubscriptionRequest;
export type Asked = RestRequest | GraphqlRequest | StreamRequest;

/** A request of the user, and what happens before it. A stream has the act while it is open. */
export interface Move {
  readonly asked: Asked;
  readonly act: ForeignAct | null;
  readonly settles: boolean;
}

export function aMove(schema: GraphQLSchema, receiver: string): fc.Arbitrary<Move> {
  const request = fc.oneof(
    { weight: 3, arbitrary: aRestRequest(receiver) },
    { weight: 2, arbitrary: aGraphqlRequest(schema) },
  );
  const act = fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: aForeignAct });
  const settles = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  const stream = fc.oneof(anEventStream(), aSubscription(schema));
  return fc.oneof(
    { weight: 14, arbitrary: fc.record({ asked: request, act, settles }) },
    { weight: 1, arbitrary: fc.record({ asked: stream, act: aTellingAct, settles: fc.constant(true) }) },
  );
}

function anEventStream(): fc.Arbitrary<EventsRequest> {
  const after = aReference('endOfHistory', 'endOfHistory', 'positions');
  const of = (name: string, task: fc.Arbitrary<Reference | null>): fc.Arbitrary<EventsRequest> =>
    fc.record({
      face: fc.constant('events' as const),
      name: fc.constant(name),
      ...{ task, filter: aStreamQuery(name), after },
    });
  return fc.oneof(
    of('followChanges', fc.constant(null)),
    of('followTask', aReference('task', 'foreign task', 'missing')),
  );
}
