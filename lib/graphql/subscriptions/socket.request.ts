import type { IncomingMessage } from 'node:http';

/** The parameters that a client of the protocol `graphql-transport-ws` sends when it connects. */
export type ConnectionParams = Readonly<Record<string, unknown>> | undefined;

type WithHeaders = Pick<IncomingMessage, 'headers'>;

/**
 * Whether a client may open a socket: pages of the same host and of allowed origins, and clients that are not browsers.
 * A page of another site could open a socket, too, and the browser would send the visitor's cookies without a preflight
 * request.
 */
export function isWelcome({ headers: { origin, host } }: WithHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

type Close = (code: number, reason: string) => void;

/** Functions that close the sockets of the separate API. Weak, so that closed sockets are not kept in memory. */
const closers = new WeakMap<object, Close>();

/** Remembers the function that closes the socket of a request. */
export function rememberSocket(request: object, close: Close): void {
  closers.set(request, close);
}

/** The function that closes the socket of a request; undefined if the socket belongs to the host's API. */
export function closerOf(request: unknown): Close | undefined {
  return typeof request === 'object' && request !== null ? closers.get(request) : undefined;
}

/**
 * Browsers cannot send headers with the request that opens a socket, so a client may send `authorization` in
 * `connectionParams.headers`. Other headers are ignored, because the host may trust them as set by a proxy.
 */
export function addAuthorization({ headers }: WithHeaders, params: ConnectionParams): void {
  const said = params?.headers;
  if (typeof said !== 'object' || said === null) return;
  const { authorization } = said as Readonly<Record<string, unknown>>;
  if (typeof authorization === 'string') headers.authorization ??= authorization;
}
