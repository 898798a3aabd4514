import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';

/** Of docs/schema.graphql, which another test compares with the one that is served. */
export const SCHEMA = buildSchema(readFileSync('docs/schema.graphql', 'utf8'));

interface JsonSchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly allOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
}

interface Described {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>> }>
  >;
}

const { paths, components } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
};

const DESCRIBED = new Map(
  Object.values(paths)
    .flatMap((verbs) => Object.values(verbs))
    .map((described) => [described.operationId, described]),
);

/** The statuses with which an operation is carried out. */
export function successesOf(id: string): readonly number[] {
  const statuses = Object.entries(DESCRIBED.get(id)!.responses).filter(
    ([status, { content = {} }]) => status.startsWith('2') || 'application/json' in content,
  );
  return statuses.map(([status]) => Number(status));
}

/** Where in an answer there are documents of which parts may be withheld: the answer itself, or the elements of a list. */
export function documentsOf(id: string): 'itself' | { readonly list: string } | null {
  const { responses } = DESCRIBED.get(id)!;
  const answer = Object.entries(responses).find(([status]) => status.startsWith('2'))![1];
  const schema = answer.content?.['application/json']?.schema;
  if (!schema) return null;
  if ('withheld' in propertiesOf(schema)) return 'itself';
  const list = Object.entries(propertiesOf(schema)).find(
    ([, { items }]) => items !== undefined && 'withheld' in propertiesOf(items),
  );
  return list ? { list: list[0] } : null;
}

function propertiesOf({ $ref, properties = {}, allOf = [] }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const referred = $ref === undefined ? {} : propertiesOf(components.schemas[$ref.split('/').at(-1)!]!);
  return Object.assign({}, referred, ...allOf.map(propertiesOf), properties) as Readonly<Record<string, JsonSchema>>;
}
