/** Parsers by the OIDs of PostgreSQL's built-in types, which never change: `select oid, typname from pg_type`. */
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [16, (text) => text === 't'], // boolean
  [21, Number], // smallint
  [23, Number], // integer
  [114, JSON.parse], // json
  [700, Number], // real
  [701, Number], // double precision
  [3802, JSON.parse], // jsonb
]);

const asText = (text: string): unknown => text;

/**
 * The type parsers of the engine's statements, so that parsers which the host sets in its driver have no effect. Ids
 * (`bigint`), `numeric` and instants stay as the server writes them.
 */
export const SERVER_TEXT = {
  getTypeParser: (oid: number): ((text: string) => unknown) => PARSERS.get(oid) ?? asText,
} as const;
