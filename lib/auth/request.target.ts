import type { AbstractHttpAdapter } from '@nestjs/core';

/** What a request asks for: `http://host/tasker/tasks?limit=1` (absolute, as some proxies write it) and `/tasker/tasks?limit=1` alike. */
interface RequestTarget {
  readonly path: string;
  /** Without the question mark; empty where there is none. */
  readonly query: string;
}

/** RFC 9112, 3.2. */
export function targetOf(adapter: AbstractHttpAdapter, request: unknown): RequestTarget {
  const url = String(adapter.getRequestUrl(request)).replace(/^https?:\/\/[^/?]*/i, '');
  const [path = '', ...query] = url.split('?');
  return { path, query: query.join('?') };
}

/**
 * A reference (RFC 3986, 4.2) from what was asked for to something else of ours, which holds whatever a proxy makes of the
 * beginnings of our paths.
 *
 * @param path of the request
 * @param climb how many segments to leave from its end
 * @param segment below that
 */
export function referenceFrom(path: string, climb: number, segment: string): string {
  const folders = path.endsWith('/') ? climb : climb - 1; // what follows the last slash is left anyway
  return folders < 0 ? `${path.slice(path.lastIndexOf('/') + 1)}/${segment}` : '../'.repeat(folders) + segment;
}
