import type { NewFile } from '../writing/write.files';

/** One of the workflows of an application. */
export interface Workflow {
  /** Its namespace, its folder and its name in `--templates`. */
  readonly name: string;
  /** Name of its task. */
  readonly task: string;
  /** One sentence for the README, with its steps. */
  readonly description: string;
  /** A context to try it with, as JSON. */
  readonly example: string;
  /** Its module class, in `src/<name>/<name>.module.ts`. */
  readonly module: string;
  readonly files: readonly NewFile[];
  readonly tests: readonly NewFile[];
  /** Whether its handlers call the API themselves, in addition to the `http` steps of its template. */
  readonly asksApi: boolean;
  /** Its part of the types of all templates. */
  readonly definition: string;
  /** The element for the list of the acceptance script. */
  readonly acceptance: string;
}

/** In the order of imports and templates. */
export function byName<Named extends { readonly name: string }>(all: readonly Named[]): readonly Named[] {
  return all.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
