import { segmentsOf } from '../workflow/json.pointer.js';

/** The keys and indexes from the root of a JSON value to a part of it. */
export type DocumentPath = readonly (string | number)[];

/** A JSON pointer in a form for people: `/step_templates/2/handler` is `step_templates[2].handler`. */
export function pathOf(pointer: string): string {
  return segmentsOf(pointer)
    .map((segment) => (/^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`))
    .join('')
    .replace(/^\./, '');
}
