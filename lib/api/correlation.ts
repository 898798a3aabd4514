import { randomUUID } from 'node:crypto';

export const CORRELATION_HEADER = 'X-Correlation-ID';

/** What is safe in a header and in a log line. */
const ACCEPTABLE = /^[\w.:/+=@-]{1,128}$/;

const ids = new WeakMap<object, string>();

/** Identifies a request in the logs of all who handled it: what the caller says, else a new UUID. */
export function correlationIdOf(request: object): string {
  const known = knownCorrelationIdOf(request);
  if (known !== undefined) return known;
  const { headers = {} } = request as { headers?: Readonly<Record<string, unknown>> };
  const given = headers[CORRELATION_HEADER.toLowerCase()];
  const id = typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID();
  ids.set(rawOf(request), id);
  return id;
}

/** Undefined if nobody has asked for it yet, as for requests that are not answered by us. */
export function knownCorrelationIdOf(request: object): string | undefined {
  return ids.get(rawOf(request));
}

/** On Fastify, Node's request is within that of the server. */
function rawOf(request: object): object {
  const { raw } = request as { readonly raw?: unknown };
  return typeof raw === 'object' && raw !== null ? raw : request;
}
