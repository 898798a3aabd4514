import type { IncomingMessage } from 'node:http';

/** What a client of the protocol `graphql-transport-ws` says when it connects. */
export type ConnectionParams = Readonly<Record<string, unknown>> | undefined;

type WithHeaders = Pick<IncomingMessage, 'headers'>;

/**
 * A page of another site can open a socket to here, and the browser sends our cookies along without asking, as it does for
 * other requests. So sockets are for pages of the same host, of the origins that are allowed, and for what is no browser.
 */
export function isWelcome({ headers: { origin, host } }: WithHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

type Close = (code: number, reason: string) => void;

/** Of sockets that our own API serves; weak, so that nothing is kept of a socket that is closed. */
const closers = new WeakMap<object, Close>();

/** Notes how to close the socket that a request opened. */
export function rememberSocket(request: object, close: Close): void {
  closers.set(request, close);
}

/** How to close the socket that a request opened; undefined if it is not ours to close. */
export function closerOf(request: unknown): Close | undefined {
  return typeof request === 'object' && request !== null ? closers.get(request) : undefined;
}

/**
 * Browsers cannot send headers with the request that opens a socket, so a client may say `authorization` in
 * `connectionParams.headers`. Other headers may be ones that a proxy vouches for.
 */
export function addAuthorization({ headers }: WithHeaders, params: ConnectionParams): void {
  const said = params?.headers;
  if (typeof said !== 'object' || said === null) return;
  const { authorization } = said as Readonly<Record<string, unknown>>;
  if (typeof authorization === 'string') headers.authorization ??= authorization;
}
