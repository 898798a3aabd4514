import { segmentsOf } from '../workflow/json.pointer.js';

/** The keys and indexes that lead from the root of a JSON value to something in it. */
export type DocumentPath = readonly (string | number)[];

/** A JSON pointer as people write it: `/step_templates/2/handler` is `step_templates[2].handler`. */
export function pathOf(pointer: string): string {
  return segmentsOf(pointer)
    .map((segment) => (/^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`))
    .join('')
    .replace(/^\./, '');
}
