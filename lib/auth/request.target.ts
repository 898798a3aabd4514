import type { AbstractHttpAdapter } from '@nestjs/core';

/**
 * The target of a request: absolute, as some proxies write it (`http://host/tasker/tasks?limit=1`), or
 * `/tasker/tasks?limit=1`.
 */
interface RequestTarget {
  readonly path: string;
  /** The query without the question mark; empty if there is none. */
  readonly query: string;
}

/** Parses the target of a request (RFC 9112, 3.2). */
export function targetOf(adapter: AbstractHttpAdapter, request: unknown): RequestTarget {
  return targetIn(String(adapter.getRequestUrl(request)));
}

/** The path of a URL, absolute or not. */
export function pathOf(url: string): string {
  return targetIn(url).path;
}

function targetIn(url: string): RequestTarget {
  const [path = '', ...query] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return { path, query: query.join('?') };
}

/**
 * A relative reference (RFC 3986, 4.2) from the requested path to another path of the package. It stays valid if a
 * proxy changes the beginning of the paths.
 *
 * @param path the path of the request
 * @param climb the number of segments to remove from its end
 * @param segment the segment to add
 */
export function referenceFrom(path: string, climb: number, segment: string): string {
  const folders = path.endsWith('/') ? climb : climb - 1; // a relative reference replaces the text after the last slash anyway
  return folders < 0 ? `${path.slice(path.lastIndexOf('/') + 1)}/${segment}` : '../'.repeat(folders) + segment;
}
