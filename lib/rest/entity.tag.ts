import { createHash } from 'node:crypto';
import { InvalidHeaderError } from './rest.errors.js';

interface Revised {
  readonly revision: string;
}

/**
 * The ETag of a document: its revision, for `If-Match`, and a digest of the whole answer, for `If-None-Match`. The
 * answer for a task includes its steps, which change without the task.
 */
export function entityTag(document: Revised): string {
  const digest = createHash('sha256').update(JSON.stringify(document)).digest('base64url').slice(0, 16);
  return `"${document.revision}.${digest}"`;
}

/** Whether the caller already has the document of the tag (RFC 9110, 13.1.2). */
export function isKnown(request: unknown, tag: string): boolean {
  const given = headerOf(request, 'if-none-match');
  if (given === undefined) return false;
  const tags = given.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(tag);
}

/** Whether the requested change depends on the present revision. */
export function isConditional(request: unknown): boolean {
  const given = headerOf(request, 'if-match')?.trim();
  return given !== undefined && given !== '*';
}

/**
 * The revision in `If-Match`; undefined for any. Of several, the present one, otherwise the first. Weak tags are
 * accepted, too: proxies that compress answers weaken tags, and the revision is all that the change depends on.
 *
 * @param current returns the present revision
 * @throws InvalidHeaderError for a value that is not an ETag of this API
 */
export async function wantedRevision(request: unknown, current: () => Promise<Revised>): Promise<string | undefined> {
  if (!isConditional(request)) return undefined;
  const tags = headerOf(request, 'if-match')!.split(',');
  const revisions = tags.map((tag) => /^(?:W\/)?"(\d{1,20})\.[\w-]+"$/.exec(tag.trim())?.[1]);
  if (!revisions.every((revision) => revision !== undefined))
    throw new InvalidHeaderError('If-Match', 'must be the ETag of the task or step to change, a list of ETags, or *');
  if (revisions.length === 1) return revisions[0];
  const { revision } = await current();
  return revisions.includes(revision) ? revision : revisions[0];
}

function headerOf(request: unknown, name: string): string | undefined {
  const { headers = {} } = request as { headers?: Readonly<Record<string, unknown>> };
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
