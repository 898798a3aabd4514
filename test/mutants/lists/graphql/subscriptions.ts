import type { MutantsOfFile } from '../../mutant.js';
import {
  accessStreams,
  graphql,
  graphqlAnswers,
  graphqlFloods,
  graphqlSockets,
  graphqlSubscriptions,
  socketFeed,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/graphql/subscriptions/socket.feed.ts',
    tests: [socketFeed],
    mutants: [
      {
        mistake: 'keeps the place of what could not begin',
        find: `return new SocketStream(null, place, true, () => undefined);
      place.abort();`,
        replace: 'return new SocketStream(null, place, true, () => undefined);',
      },
      {
        mistake: 'leaves a socket open whose user nobody knows any more',
        find: 'isUnauthenticated(reason) ? closerOf(req) : undefined',
        replace: 'undefined as ReturnType<typeof closerOf>',
      },
      {
        mistake: 'follows for a socket that has closed already',
        find: 'if (socket.destroyed) place.abort();',
        replace: '',
      },
      {
        mistake: 'keeps the place of what has ended',
        find: `place.signal.addEventListener('abort', () => open.delete(place), { once: true });`,
        replace: '',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/socket.stream.ts',
    tests: [socketFeed],
    mutants: [
      {
        mistake: 'tells a client that its subscription is complete where the process shuts down',
        find: 'if (this.hasSocket) await this.gone;',
        replace: '',
      },
      {
        mistake: 'goes on taking what waits for a subscriber who has left',
        find: 'signal.aborted ? undefined : await this.stream?.next()',
        replace: 'await this.stream?.next()',
      },
      {
        mistake: 'waits for a socket where there is none',
        find: 'if (this.hasSocket) await',
        replace: 'await',
      },
      {
        mistake: 'ends without a reason',
        find: 'if (reason === null) return;',
        replace: 'if (reason !== undefined) return;',
      },
      {
        mistake: 'keeps the place of what was ended',
        find: 'this.place.abort();\n      throw error;',
        replace: 'throw error;',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/connection.refusal.ts',
    tests: [graphql],
    mutants: [
      {
        mistake: 'tells a client what went wrong on our side',
        find: "reason: 'The server failed to answer the request. Its log has the details.'",
        replace: 'reason: asReason(String(error))',
      },
      {
        mistake: 'sends the client of an outage away for good',
        find: 'return { code: FAILED, reason: asReason(outage.message) };',
        replace: 'return { code: FORBIDDEN, reason: asReason(outage.message) };',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/socket.upgrade.ts',
    tests: [graphqlSockets],
    mutants: [
      {
        mistake: 'leaves those waiting who ask for a path without sockets',
        find: 'if (server.listenerCount(',
        replace: 'if (socket.writable || server.listenerCount(',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/socket.protocol.ts',
    tests: [graphqlSockets],
    mutants: [
      {
        mistake: 'carries out mutations over sockets',
        find: '[...specifiedRules, ...rules, onlySubscriptions]',
        replace: '[...specifiedRules, ...rules]',
      },
      {
        mistake: 'lets everybody connect',
        find: 'await this.decision.of(request, request);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/socket.protocol.ts',
    tests: [graphqlFloods],
    mutants: [
      {
        mistake: 'parses documents of any number of tokens',
        find: 'parse(query, { maxTokens })',
        replace: 'parse(query)',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/socket.server.ts',
    tests: [graphqlFloods],
    mutants: [
      {
        mistake: 'takes messages of any size',
        find: ', maxPayload: settings.maxMessageBytes',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/socket.upgrade.ts',
    tests: [graphqlSockets],
    mutants: [
      {
        mistake: 'opens sockets without the hooks of Fastify',
        find: 'if (fastify.websocketServer === undefined) route(fastify, upgrade);',
        replace: 'accept(upgrade, request);',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/update.resolver.ts',
    tests: [graphqlAnswers],
    mutants: [
      {
        mistake: 'answers null to a subscription that is sent as a request',
        find: 'throw graphqlErrorOf(new SubscriptionOverHttpError(), null);',
        replace: 'return change as Change;',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/update.fields.resolver.ts',
    tests: [accessStreams],
    mutants: [
      {
        mistake: 'sends errors of steps to all who follow them',
        find: '(await this.access.require(execution, { taskId, id: stepId, step: stepName })) ? error : null',
        replace: '(await Promise.resolve(execution)) ? error : null',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/update.args.ts',
    tests: [graphqlSubscriptions],
    mutants: [
      {
        mistake: 'sends changes of steps to a subscription of tasks',
        find: 'events: events.filter((event) => event.startsWith(`${kind}.`))',
        replace: 'events',
      },
    ],
  },
];
