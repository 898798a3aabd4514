/** The keys and indexes that lead from the root of a JSON value to something in it. */
export type DocumentPath = readonly (string | number)[];

/** The path as a JSON pointer (RFC 6901). */
export function pointerOf(path: DocumentPath): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The segments of a JSON pointer; an index comes back as text, because a pointer does not tell it from a key. */
export function segmentsOf(pointer: string): string[] {
  const segments = pointer.split('/').slice(1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A JSON pointer as people write it: `/step_templates/2/handler` is `step_templates[2].handler`. */
export function pathOf(pointer: string): string {
  return segmentsOf(pointer)
    .map((segment) => (/^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`))
    .join('')
    .replace(/^\./, '');
}
