import { readFileSync } from 'node:fs';
import { packageFile } from '../options/package.files.js';

/** The schematics of this package, as `nest g -c nestjs-tasker` also finds them. */
export const COLLECTION = 'dist/schematics/collection.json';

/** One schematic, as its entry in the collection and its schema describe it. */
export interface SchematicDescription {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly options: Readonly<Record<string, SchematicOption>>;
}

/** The parts of JSON Schema that describe an option. */
export interface SchematicOption {
  readonly type: 'string' | 'boolean' | 'array';
  readonly description: string;
  readonly default?: string | boolean | readonly string[];
  readonly enum?: readonly string[];
  /** Position of an argument without a name, such as a schematic's `name`. */
  readonly $default?: { readonly $source: string; readonly index: number };
}

interface CollectionFile {
  readonly schematics: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly schema: string;
        readonly aliases?: readonly string[];
        /** Called by programs, not by people. */
        readonly hidden?: boolean;
      }
    >
  >;
}

export function describeSchematics(): readonly SchematicDescription[] {
  const collection = packageFile(COLLECTION);
  const { schematics } = read(collection) as CollectionFile;
  const listed = Object.entries(schematics).filter(([, { hidden = false }]) => !hidden);
  return listed.map(([name, { description, schema, aliases = [] }]) => {
    const { properties } = read(new URL(schema, collection)) as {
      readonly properties: SchematicDescription['options'];
    };
    return { name, aliases, description, options: properties };
  });
}

function read(file: URL): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
