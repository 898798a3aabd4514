import { createHash } from 'node:crypto';
import { InvalidHeaderError } from './rest.errors.js';

interface Revised {
  readonly revision: string;
}

/**
 * The ETag of a document: its revision, for `If-Match`, and a digest of all that is shown, for `If-None-Match`. A task is
 * shown with its steps, which change without it.
 */
export function entityTag(document: Revised): string {
  const digest = createHash('sha256').update(JSON.stringify(document)).digest('base64url').slice(0, 16);
  return `"${document.revision}.${digest}"`;
}

/** Whether the caller has what the tag stands for (RFC 9110, 13.1.2). */
export function isKnown(request: unknown, tag: string): boolean {
  const given = headerOf(request, 'if-none-match');
  if (given === undefined) return false;
  const tags = given.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(tag);
}

/**
 * The revision that `If-Match` asks for; undefined for any.
 * @throws InvalidHeaderError for what is no ETag of ours
 */
export function wantedRevision(request: unknown): string | undefined {
  const given = headerOf(request, 'if-match')?.trim();
  if (given === undefined || given === '*') return undefined;
  const [, revision] = /^"(\d{1,20})\.[\w-]+"$/.exec(given) ?? [];
  if (revision === undefined)
    throw new InvalidHeaderError('If-Match', 'must be the ETag of what is to be changed, or *');
  return revision;
}

function headerOf(request: unknown, name: string): string | undefined {
  const { headers = {} } = request as { headers?: Readonly<Record<string, unknown>> };
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
