import type { IncomingMessage } from 'node:http';
import { specifiedRules, validate, type DocumentNode, type GraphQLSchema, type ValidationRule } from 'graphql';

/** What a client of the protocol `graphql-transport-ws` says when it connects. */
type ConnectionParams = Readonly<Record<string, unknown>> | undefined;

interface ApolloConnection {
  readonly connectionParams?: ConnectionParams;
  readonly extra: { readonly request: IncomingMessage };
}

/**
 * Serves subscriptions over WebSockets, at the path of the API. Each driver reads what is meant for it and overlooks the other
 * part. The request is the one that opened the socket, with the headers that the client says in `connectionParams.headers`,
 * in lower case, as browsers cannot send any.
 */
export function subscriptionTransport(rules: readonly ValidationRule[]): object {
  return {
    subscriptions: {
      'graphql-ws': {
        // Queries come this way too, which Apollo's own rules do not see.
        validate: (schema: GraphQLSchema, document: DocumentNode) =>
          validate(schema, document, [...specifiedRules, ...rules]),
        context: ({ connectionParams, extra: { request } }: ApolloConnection) => ({
          req: withHeaders(withoutForeignCookies(request), connectionParams),
        }),
      },
    },
    // Mercurius adds the client's headers itself.
    subscription: {
      context: (_socket: unknown, request: Pick<IncomingMessage, 'headers'>) => ({
        req: withoutForeignCookies(request),
      }),
    },
  };
}

/**
 * A page of another site can open a socket to here, and the browser sends our cookies along, without asking as it does for
 * other requests. Whoever means to come from elsewhere says who it is by other means.
 */
function withoutForeignCookies<Request extends Pick<IncomingMessage, 'headers'>>(request: Request): Request {
  const { origin, host } = request.headers;
  const isForeign = origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
  if (isForeign) delete request.headers.cookie;
  return request;
}

/** What the request has already cannot be said anew. */
function withHeaders(request: IncomingMessage, params: ConnectionParams): IncomingMessage {
  const { headers } = params ?? {};
  if (typeof headers !== 'object' || headers === null) return request;
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') request.headers[name.toLowerCase()] ??= value;
  }
  return request;
}
