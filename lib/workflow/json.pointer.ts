/** JSON pointers (RFC 6901): how problems say which part of an input they are about. */

/** Pointer to what lies under these keys and indexes, one below the other; no segments mean the whole value. */
export function pointerTo(...segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The segments of a pointer. An index comes back as text, because a pointer does not tell it from a key. */
export function segmentsOf(pointer: string): string[] {
  const segments = pointer.split('/').slice(1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
