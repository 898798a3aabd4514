import type { MutantsOfFile } from '../../mutant.js';
import { graphqlSockets, graphqlSubscriptions, socketFeed } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/graphql/subscriptions/socket.feed.ts',
    tests: [socketFeed],
    mutants: [
      {
        mistake: 'keeps the place of what could not begin',
        find: `place.abort();
      throw error;`,
        replace: 'throw error;',
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
        find: 'await this.gone;',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/subscription.transport.ts',
    tests: [graphqlSockets],
    mutants: [
      {
        mistake: 'carries out mutations over the sockets of Apollo',
        find: '[...specifiedRules, ...rules, onlySubscriptions]',
        replace: '[...specifiedRules, ...rules]',
      },
      {
        mistake: 'carries out mutations over the sockets of Mercurius',
        find: 'fullWsTransport: false,',
        replace: 'fullWsTransport: true,',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/update.args.ts',
    tests: [graphqlSubscriptions],
    mutants: [
      {
        mistake: 'tells of steps where tasks are followed',
        find: 'events: events.filter((event) => event.startsWith(`${kind}.`))',
        replace: 'events',
      },
    ],
  },
];
