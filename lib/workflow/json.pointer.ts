/** JSON pointers (RFC 6901), with which problems name a part of an input. */

/** The pointer to the value under these nested keys and indexes. Without segments, it points to the whole value. */
export function pointerTo(...segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The segments of a pointer. Indexes are returned as text, because a pointer does not distinguish them from keys. */
export function segmentsOf(pointer: string): string[] {
  const segments = pointer.split('/').slice(1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
