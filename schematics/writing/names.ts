import { Refusal } from './refusal';

/** The spellings of one name that generated code needs. */
export interface Name {
  /** `reserve-stock`: files and folders. */
  readonly kebab: string;
  /** `reserve_stock`: steps, tasks, namespaces. */
  readonly snake: string;
  /** `reserveStock`: variables. */
  readonly camel: string;
  /** `ReserveStock`: classes, without a suffix. */
  readonly pascal: string;
  /** `Reserve stock`: prose. */
  readonly words: string;
}

/** A name, the folders before it, and the namespace if one was given with a dot. */
export interface PlacedName extends Name {
  /** `orders/billing`, or empty. */
  readonly folder: string;
  /** `ecommerce` of `ecommerce.reserve_stock`. */
  readonly namespace: Name | null;
}

const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;
const PLAIN = /^[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*$/;

/**
 * @param what the kind of thing that is named, as refusals call it: `step handler`
 * @throws Refusal if the text cannot name a class and a file
 */
export function nameOf(text: string, what: string): Name {
  if (!PLAIN.test(text)) {
    throw new Refusal(
      `"${text}" cannot name a ${what}: use letters, digits, "-" and "_", beginning with a letter, as in "reserve-stock".`,
    );
  }
  return spelt((text.match(WORD) ?? []).map((word) => word.toLowerCase()));
}

/** The name without the ending that a class or file has anyway: `reserve-stock` for `reserve-stock-handler`. */
export function withoutEnding<Spelt extends Name>(name: Spelt, ending: string): Spelt {
  const words = name.kebab.split('-');
  return words.length > 1 && words.at(-1) === ending.toLowerCase() ? { ...name, ...spelt(words.slice(0, -1)) } : name;
}

function spelt(words: readonly string[]): Name {
  const pascal = words.map(capitalised).join('');
  return {
    kebab: words.join('-'),
    snake: words.join('_'),
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    words: capitalised(words.join(' ')),
  };
}

/**
 * Reads `orders/ecommerce.reserve_stock`: folders as in the Nest CLI, a namespace as in a template.
 *
 * @throws Refusal
 */
export function placedNameOf(text: string, what: string): PlacedName {
  const parts = text.split('/').filter((part) => part !== '');
  const [last = '', ...folders] = parts.reverse();
  const dot = last.indexOf('.');
  const namespace = dot === -1 ? null : nameOf(last.slice(0, dot), 'namespace');
  folders.reverse();
  for (const folder of folders) {
    if (!/^[A-Za-z0-9_-]+$/.test(folder)) throw new Refusal(`"${folder}" in "${text}" cannot name a folder.`);
  }
  return { ...nameOf(last.slice(dot + 1), what), folder: folders.join('/'), namespace };
}

/**
 * As the option `database.schema` is checked.
 *
 * @throws Refusal if the text cannot name a schema
 */
export function requireSchemaName(text: string): void {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(text)) return;
  throw new Refusal(
    `"${text}" cannot name a schema: use lower-case letters, digits and "_", at most 63, not beginning with a digit.`,
  );
}

/** A list from a command line (`a,b`), a prompt or code. */
export function listOf(given: string | readonly string[] | undefined): readonly string[] {
  const parts = typeof given === 'string' ? [given] : (given ?? []);
  return parts.flatMap((part) => part.split(/[\s,]+/)).filter((part) => part !== '');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
