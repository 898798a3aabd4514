import { randomUUID } from 'node:crypto';

export const CORRELATION_HEADER = 'X-Correlation-ID';

/** Matches texts that are safe in a header and in a log line. */
const ACCEPTABLE = /^[\w.:/+=@-]{1,128}$/;

const ids = new WeakMap<object, string>();

/** The id of a request in the logs of all systems that handle it: the id from the caller, otherwise a new UUID. */
export function correlationIdOf(request: object): string {
  const known = knownCorrelationIdOf(request);
  if (known !== undefined) return known;
  const { headers = {} } = request as { headers?: Readonly<Record<string, unknown>> };
  const given = headers[CORRELATION_HEADER.toLowerCase()];
  const id = typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID();
  ids.set(rawOf(request), id);
  return id;
}

/** The id, or undefined if `correlationIdOf` was not called yet, as for requests to routes of the host. */
export function knownCorrelationIdOf(request: object): string | undefined {
  return ids.get(rawOf(request));
}

/** On Fastify, Node's request is a field of the request. */
function rawOf(request: object): object {
  const { raw } = request as { readonly raw?: unknown };
  return typeof raw === 'object' && raw !== null ? raw : request;
}
