/** What makes a document large; each is a way in which a server could take more time than the document has text. */
export const DOCUMENT_KINDS = ['aliases', 'repetitions', 'fragments', 'operations', 'introspection'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** The default bounds of `nestjs-tasker/graphql`. */
const MAX_TOKENS = 2_000;
const MAX_DEFINITIONS = 100;
/** So many lists of all types are nearly what `maxIntrospections` allows. */
const TYPE_LISTS = 16;

export interface AskedDocument {
  readonly query: string;
  readonly operationName?: string;
}

/**
 * A document that is so large a part of what the bounds allow.
 * @param mark so that no cache knows it
 * @param isSubscription whether it is for a WebSocket
 */
export function documentOf(kind: DocumentKind, part: number, mark: string, isSubscription: boolean): AskedDocument {
  const root = isSubscription ? 'subscription' : 'query';
  const { field, type } = isSubscription
    ? { field: 'taskUpdated(name: "none")', type: 'TaskUpdate' }
    : { field: 'task(id: "0")', type: 'Task' };
  const tokens = Math.floor(MAX_TOKENS * part) - 20;
  const definitions = Math.floor(MAX_DEFINITIONS * part);
  switch (kind) {
    case 'aliases':
      return { query: `${root} ${mark} { ${field} { ${many(tokens / 3, (index) => `a${index}: name`)} } }` };
    case 'repetitions':
      return { query: `${root} ${mark} { ${field} { ${many(tokens, () => 'name')} } }` };
    case 'fragments': {
      const fields = many(tokens / definitions - 12, () => 'name');
      return { query: `${root} ${mark} { ${field} { ...F0 } } ${chain(definitions - 2, type, fields)}` };
    }
    case 'operations': {
      const operations = many(definitions / 2, (index) => `${root} ${mark}${index} { ${field} { ...F0 } }`);
      return { query: `${operations} ${chain(definitions / 2 - 1, type, '')}`, operationName: `${mark}0` };
    }
    case 'introspection': {
      const types = (index: number): string => `t${index}: types { name kind }`;
      return { query: `${root} ${mark} { __schema { ${many(TYPE_LISTS * part, types)} } }` };
    }
  }
}

/** Each spreads the next one twice. */
function chain(length: number, type: string, fields: string): string {
  const last = Math.max(Math.floor(length), 1);
  const fragments = many(
    last,
    (index) => `fragment F${index} on ${type} { ...F${index + 1} ...F${index + 1} ${fields} }`,
  );
  return `${fragments} fragment F${last} on ${type} { name }`;
}

function many(count: number, text: (index: number) => string): string {
  return Array.from({ length: Math.max(Math.floor(count), 1) }, (_, index) => text(index)).join(' ');
}
