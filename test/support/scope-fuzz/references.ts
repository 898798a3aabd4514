import fc from 'fast-check';
import type { Kind, Twins } from './twins.js';
import type { World } from './world.js';

/** What was seen in answers and can be given back, by what it has in the mixed world and alone. */
type Pair = readonly [mixed: string, alone: string];

/** What requests can be made of. */
export class Pools {
  /** Of the user's own answers. */
  readonly cursors: Pair[] = [];
  readonly etags: Pair[] = [];
  readonly revisions: Pair[] = [];
  readonly positions: Pair[] = [];
  /** As it is when a stream begins. */
  readonly endOfHistory: Pair[] = [];
  /** From answers to the user without a scope, about the other namespace. */
  readonly foreignCursors: string[] = [];
  readonly foreignEtags: string[] = [];
  readonly foreignRevisions: string[] = [];
  readonly foreignInstants: string[] = [];
  readonly foreignHashes: string[] = [];
  readonly foreignTokens: string[] = [];
}

type PairPool = 'cursors' | 'etags' | 'revisions' | 'positions' | 'endOfHistory';
type ForeignPool =
  'foreignCursors' | 'foreignEtags' | 'foreignRevisions' | 'foreignInstants' | 'foreignHashes' | 'foreignTokens';
type What = Kind | `foreign ${Kind}` | 'missing' | PairPool | ForeignPool;

/** Of no task, step or webhook in either world. */
const MISSING = '999';

/** Stands for a value that only a world knows, such as the id of a task. What is of the other namespace is the same text in both. */
export class Reference {
  constructor(
    readonly what: What,
    readonly pick: number,
    /** Of ids: what lies there in their order is meant, and not the thing itself; of deliveries, in the order of those of a webhook. */
    readonly isPlace = false,
    readonly among?: Reference,
    /** Of cursors: the field that their list is sorted by. */
    readonly sort?: string,
  ) {}

  in(world: World, twins: Twins, pools: Pools): string {
    const { what, pick } = this;
    const found = this.find(world, twins, pools, what, pick) ?? MISSING;
    if (this.isPlace) return twins.placeOf(found, world, this.among?.in(world, twins, pools));
    return what === 'foreignCursors' ? cursorIn(found, world, twins) : found;
  }

  /** As a place in the deliveries of the webhook that the request names. */
  placedAmong(webhook: unknown): Reference {
    return new Reference(this.what, this.pick, true, webhook instanceof Reference ? webhook : undefined);
  }

  toString(): string {
    return `<${this.what} ${this.pick}>`;
  }

  private find(world: World, twins: Twins, pools: Pools, what: What, pick: number): string | undefined {
    if (what === 'missing') return MISSING;
    if (what === 'task' || what === 'step' || what === 'webhook' || what === 'delivery') {
      return twins.idOf(world, what, pick);
    }
    if (what.startsWith('foreign ')) return at(twins.foreign[what.slice('foreign '.length) as Kind], pick);
    const pool: readonly (string | Pair)[] = pools[what as PairPool | ForeignPool];
    const { sort } = this;
    const value = at(sort === undefined ? pool : pool.filter((each) => sortOf([each].flat()[0]!) === sort), pick);
    return typeof value === 'object' ? value[world.name === 'mixed' ? 0 : 1] : value;
  }
}

const at = <Value>(all: readonly Value[], pick: number): Value | undefined => all[pick % Math.max(1, all.length)];

/** What a cursor belongs to. */
function sortOf(cursor: string): string | undefined {
  try {
    return (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string])[0];
  } catch {
    return undefined;
  }
}

/** The instant in it is the same in both worlds; the id lies elsewhere. */
function cursorIn(cursor: string, world: World, twins: Twins): string {
  try {
    const [sort, id, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [
      string,
      string,
      ...string[],
    ];
    return Buffer.from(JSON.stringify([sort, twins.placeOf(id, world), ...rest])).toString('base64url');
  } catch {
    return cursor; // there was none yet
  }
}

export function aReference(...whats: readonly What[]): fc.Arbitrary<Reference> {
  return fc
    .record({ what: fc.constantFrom(...whats), pick: fc.nat(10_000) })
    .map(({ what, pick }) => new Reference(what, pick));
}

export const aCursorOf = (sort: string): fc.Arbitrary<Reference> =>
  aReference('cursors', 'foreignCursors').map(({ what, pick }) => new Reference(what, pick, false, undefined, sort));

/** For what lies after it. */
export const aPlace = (...whats: readonly What[]): fc.Arbitrary<Reference> =>
  aReference(...whats).map(({ what, pick }) => new Reference(what, pick, true));

/** The value with what the world knows in the place of references. */
export function resolved(value: unknown, world: World, twins: Twins, pools: Pools): unknown {
  if (value instanceof Reference) return value.in(world, twins, pools);
  if (Array.isArray(value)) return value.map((each) => resolved(each, world, twins, pools));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, world, twins, pools)]));
}
