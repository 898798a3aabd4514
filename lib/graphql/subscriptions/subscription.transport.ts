import type { IncomingMessage } from 'node:http';
import {
  GraphQLError,
  OperationTypeNode,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';

/** What a client of the protocol `graphql-transport-ws` says when it connects. */
type ConnectionParams = Readonly<Record<string, unknown>> | undefined;

interface ApolloConnection {
  readonly connectionParams?: ConnectionParams;
  readonly extra: { readonly request: IncomingMessage };
}

/** What a host says of it by itself; `false` turns it off. */
export interface AskedTransport {
  readonly subscriptions?: unknown;
  readonly subscription?: unknown;
}

/**
 * Serves subscriptions, and nothing else, over WebSockets, at the path of the API. Each driver reads what is meant for it and
 * overlooks the other part; what the host says besides is kept, but not in place of what is said here.
 *
 * A page of another site can open a socket to here, and the browser sends our cookies along without asking, as it does for
 * other requests. So sockets are for pages of the same host, of the origins that are allowed, and for what is no browser.
 * The request is the one that opened the socket; browsers cannot send headers with it, so a client may say `authorization` in
 * `connectionParams.headers`. Other headers may be ones that a proxy vouches for.
 */
export function subscriptionTransport(
  rules: readonly ValidationRule[],
  allowedOrigins: readonly string[],
  { subscriptions, subscription }: AskedTransport,
): AskedTransport {
  const mayConnect = (request: Pick<IncomingMessage, 'headers'>): boolean => isWelcome(request, allowedOrigins);
  const apollo = {
    ...optionsIn((subscriptions as Readonly<Record<string, unknown>> | undefined)?.['graphql-ws']),
    onConnect: ({ extra: { request } }: ApolloConnection) => mayConnect(request),
    // What comes this way is not looked at by the rules of Apollo, nor by the middleware of the host.
    validate: (schema: GraphQLSchema, document: DocumentNode) =>
      validate(schema, document, [...specifiedRules, ...rules, onlySubscriptions]),
    context: ({ connectionParams, extra: { request } }: ApolloConnection) => {
      request.headers.authorization ??= authorizationOf(connectionParams);
      return { req: request };
    },
  };
  const mercurius = {
    ...optionsIn(subscription),
    fullWsTransport: false, // queries and mutations, which the hooks of the host would not see
    verifyClient: ({ req }: { req: IncomingMessage }, next: (may: boolean) => void) => next(mayConnect(req)),
    // Mercurius adds the headers of the client to the request by itself, whichever they are.
    onConnect: (data: { payload?: ConnectionParams }) => {
      const authorization = authorizationOf(data.payload);
      data.payload = { headers: authorization === undefined ? {} : { authorization } };
      return true;
    },
    context: (_socket: unknown, request: Pick<IncomingMessage, 'headers'>) => {
      // Where the host has sockets of its own in Fastify, nobody asked verifyClient. Whatever is thrown closes this one.
      if (!mayConnect(request)) throw new Error('A page of another origin tried to open a WebSocket.');
      return { req: request };
    },
  };
  return {
    subscriptions: subscriptions !== false && { 'graphql-ws': apollo },
    subscription: subscription !== false && mercurius,
  };
}

function isWelcome(
  { headers: { origin, host } }: Pick<IncomingMessage, 'headers'>,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function authorizationOf(params: ConnectionParams): string | undefined {
  const { authorization } = optionsIn(params?.headers);
  return typeof authorization === 'string' ? authorization : undefined;
}

/** `true` and what is left out are no options. */
function optionsIn(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
}

const onlySubscriptions: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) return;
    context.reportError(new GraphQLError('Over a WebSocket there are subscriptions only.', { nodes: operation }));
  },
});
