import { withoutAlias } from './graphql.requests.js';
import type { Pools } from './references.js';
import type { Twins } from './twins.js';
import { IDS, SECRET, type World } from './world.js';

/** What came back, over whatever face. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
/** Of the connection, or said by its own words elsewhere. */
const UNCOMPARED_HEADERS = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];
/** Numbers and texts that no two runs have in common, by their names. */
const OF_THE_MOMENT =
  /duration|^responseTimeMs$|^connectionUtilization$|^activeConnections$|^revision$|^position$|^secret$|^worker$|^pid$|^host$|hash$|^salt$|^occurredAtMicros$/i;
/** In texts of errors. */
const REVISIONS = /(?<!\d)\d{16}(?!\d)/g;
const CURSORS = /^(?:cursor|endCursor|startCursor|next|previous)$/;
/** Sorted by how long something took. */
const SLOWEST = /^slowest(?:Tasks|Steps)$/;

/** The answer as both worlds must have it: ids are replaced by names, and what differs between any two runs by its kind. */
export function comparable(answer: Answer, world: World, twins: Twins): unknown {
  const headers = Object.entries(answer.headers).filter(([name]) => !UNCOMPARED_HEADERS.includes(name));
  return {
    status: answer.status,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, headerOf(name, value, world, twins)])),
    body: valueOf('', answer.body, world, twins),
  };
}

function headerOf(name: string, value: string, world: World, twins: Twins): string {
  if (name === 'etag') return 'ETag';
  const text = value.replace(/(?<=(?:after|before)=)[\w-]{12,}/g, (cursor) => cursorText(cursor, world, twins));
  return twins.named(world, text);
}

/** As it is compared, from the field that it is in on. */
export function valueOf(key: string, value: unknown, world: World, twins: Twins): unknown {
  const name = withoutAlias(key);
  if (typeof value === 'string') return textOf(name, value, world, twins);
  if (typeof value === 'number' && OF_THE_MOMENT.test(name)) return 'number';
  if (Array.isArray(value)) {
    const values = value.map((each) => valueOf('', each, world, twins));
    if (SLOWEST.test(name)) return slowest(values);
    return name === 'errors' ? values.map((each) => JSON.stringify(each)).sort() : values;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([each, of]) => [twins.named(world, each), valueOf(each, of, world, twins)]),
  );
}

/** How many, and of which namespaces; those that were told by ids that are not the user's. */
function slowest(all: readonly unknown[]): unknown {
  const text = JSON.stringify(all);
  const namespaces = text.match(/namespaceName":"[^"]*/g) ?? [];
  return { count: all.length, namespaces: [...new Set(namespaces)].sort(), unknown: text.match(IDS) };
}

function textOf(name: string, value: string, world: World, twins: Twins): string {
  if (INSTANT.test(value)) return 'instant';
  if (CURSORS.test(name)) return cursorText(value, world, twins);
  if (OF_THE_MOMENT.test(name)) return name;
  return twins.named(world, value.replace(REVISIONS, 'revision'));
}

function cursorText(cursor: string, world: World, twins: Twins): string {
  const [sort, id, key] = decoded(cursor);
  if (sort === undefined || id === undefined) return twins.named(world, cursor);
  return `cursor ${sort} ${twins.named(world, id)} ${key === undefined ? '' : key.replace(/^\d{4}.*Z$/, 'instant')}`;
}

function decoded(cursor: string): readonly (string | undefined)[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? (value as string[]) : [];
  } catch {
    return [];
  }
}

/** What only the other namespace has and the answer says, although the request did not. */
export function secretsIn(answer: Answer, request: string): readonly string[] {
  const text = JSON.stringify(answer);
  const found = [
    text,
    ...(text.match(/[\w-]{16,}/g) ?? []).map((each) => Buffer.from(each, 'base64url').toString('latin1')),
  ].flatMap((each) => each.match(new RegExp(`${SECRET}\\w*`, 'g')) ?? []);
  return found.filter((each) => !request.includes(each));
}

/** The ids of the other namespace that are told, although the request did not name them. */
export function foreignIn(told: unknown, request: string, { foreignIds }: Twins): readonly string[] {
  const ids = JSON.stringify(told).match(IDS) ?? [];
  return ids.filter((id) => foreignIds.has(id) && !request.includes(id));
}

/** Keeps what can be given back in later requests. */
export function gather(mixed: Answer, alone: Answer, pools: Pools): void {
  if (mixed.headers.etag && alone.headers.etag) pools.etags.push([mixed.headers.etag, alone.headers.etag]);
  walkBoth('', mixed.body, alone.body, (key, one, other) => {
    const name = withoutAlias(key);
    if (CURSORS.test(name)) pools.cursors.push([one, other]);
    if (name === 'revision') pools.revisions.push([one, other]);
    if (name === 'position') pools.positions.push([one, other]);
  });
}

function walkBoth(
  key: string,
  one: unknown,
  other: unknown,
  see: (key: string, one: string, other: string) => void,
): void {
  if (typeof one === 'string' && typeof other === 'string') see(key, one, other);
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return;
  for (const [name, value] of Object.entries(one)) {
    walkBoth(Array.isArray(one) ? key : name, value, (other as Record<string, unknown>)[name], see);
  }
}
