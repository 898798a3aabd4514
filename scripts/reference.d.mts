/** The path of docs/reference.md. */
export const REFERENCE: string;
/** The text that docs/reference.md should have. */
export function referencePage(): Promise<string>;
/** The names that the package exports, over all entry points. */
export function exportedNames(): readonly {
  readonly name: string;
  readonly kind: 'class' | 'function' | 'constant' | 'type';
  readonly sentence: string;
}[];
/** `Name: Type` for each type that a public name answers and no entry point exports. */
export function unnamedAnswers(): readonly string[];
