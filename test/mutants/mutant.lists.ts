import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ListedMutant, MutantsOfFile } from './mutant.js';
import { TESTS_OF_ROOM } from './specs.js';

export const ROOT = join(import.meta.dirname, '../..');
const LISTS = join(import.meta.dirname, 'lists');

/** All mutants of `lists/<room>/<list>.ts`, in the order of their ids. */
export async function listedMutants(): Promise<readonly ListedMutant[]> {
  const all: ListedMutant[] = [];
  for (const room of readdirSync(LISTS).sort()) {
    for (const file of readdirSync(join(LISTS, room)).sort()) all.push(...(await mutantsOf(room, file)));
  }
  return all;
}

async function mutantsOf(room: string, listFile: string): Promise<readonly ListedMutant[]> {
  const list = `${room}/${basename(listFile, '.ts')}`;
  const module = (await import(pathToFileURL(join(LISTS, room, listFile)).href)) as { files: readonly MutantsOfFile[] };
  const mutants = module.files.flatMap(({ file, tests, mutants }) => mutants.map((each) => ({ file, tests, ...each })));
  return mutants.map((mutant, index) => ({
    equivalent: undefined,
    ...mutant,
    tests: [...mutant.tests, ...(TESTS_OF_ROOM[room] ?? [])],
    room,
    id: `${list}#${index + 1}`,
  }));
}

/** Without words, all; otherwise those of the rooms, lists or ids that the words name. */
export function chosenMutants(all: readonly ListedMutant[], words: readonly string[]): readonly ListedMutant[] {
  if (words.length === 0) return all;
  const unknown = words.filter((word) => !all.some((mutant) => isNamed(mutant, word)));
  if (unknown.length > 0) throw new Error(`No mutant is named ${unknown.join(' or ')}: give rooms, lists or ids.`);
  return all.filter((mutant) => words.some((word) => isNamed(mutant, word)));
}

const isNamed = ({ id }: ListedMutant, word: string): boolean =>
  id === word || (/^[/#]/.test(id.slice(word.length)) && id.startsWith(word));

/** The whole file with the mutant in it. */
export function mutated({ id, file, find, replace }: ListedMutant): string {
  const parts = readFileSync(join(ROOT, file), 'utf8').split(find);
  if (parts.length !== 2) {
    throw new Error(`${id}: its text occurs ${parts.length - 1} times in ${file}, and must occur once.`);
  }
  return parts.join(replace);
}

/** Paths of all test files, relative to `test/`, that the tests of a mutant name, in the order of these. */
export function specsOf(tests: readonly string[], all: readonly string[] = allSpecs()): readonly string[] {
  return [...new Set(tests.flatMap((test) => all.filter((spec) => spec.startsWith(test))))];
}

export function allSpecs(): readonly string[] {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.spec.ts'))
    .map((file) => file.split('\\').join('/'))
    .sort();
}
