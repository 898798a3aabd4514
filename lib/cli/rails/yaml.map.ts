import { isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';

/** The keys of a map with their pairs, so that a loop may change the map. */
export function entriesOf(map: YAMLMap): (readonly [key: string, pair: Pair])[] {
  return map.items.map((pair) => [keyOf(pair), pair] as const);
}

export function pairAt(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => keyOf(pair) === key);
}

/** The value in JavaScript; undefined if there is none. */
export function valueAt(map: YAMLMap, key: string): unknown {
  return plain(pairAt(map, key)?.value);
}

export function mapAt(map: YAMLMap, key: string): YAMLMap | undefined {
  const value = pairAt(map, key)?.value;
  return isMap(value) ? value : undefined;
}

export function mapsIn(node: unknown): YAMLMap[] {
  return isSeq(node) ? node.items.filter((item) => isMap(item)) : [];
}

export function plain(node: unknown): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map(plain);
  if (isMap(node)) return Object.fromEntries(node.items.map((pair) => [keyOf(pair), plain(pair.value)]));
  return node;
}

/** Renames a key and keeps its comments. */
export function rename(pair: Pair, key: string): void {
  if (isScalar(pair.key)) pair.key.value = key;
}

export function drop(map: YAMLMap, pair: Pair): void {
  map.items = map.items.filter((item) => item !== pair);
}

function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}
