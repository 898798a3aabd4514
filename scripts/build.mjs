/**
 * Compiles: `node scripts/build.mjs [lib] [schematics] [sample-app] [bench] [bench/peers]`, the package when nothing is named.
 * Assets, which is whatever is not TypeScript, are copied beside what was compiled, so that code finds them relative to itself.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { isProgram, progress, ROOT, run, ScriptError } from './script.mjs';
import { inTurn } from './turn.mjs';

/** `after`: compiled against the other's output, so out of date whenever that one's sources changed. */
const PARTS = {
  lib: { project: 'tsconfig.build.json', output: 'dist', after: [], hasAssets: true },
  // Inside of the library's output, which takes it along when it is removed.
  schematics: { project: 'schematics/tsconfig.json', output: 'dist/schematics', after: [], hasAssets: true },
  'sample-app': { project: 'tsconfig.sample.json', output: 'build/sample-app', after: ['lib'], hasAssets: true },
  bench: { project: 'tsconfig.bench.json', output: 'build/bench', after: ['lib'] },
  // A package of its own, whose code finds its dependencies only from inside its folder.
  'bench/peers': { project: 'bench/peers/tsconfig.json', output: 'bench/peers/build', after: [] },
};

export function build(name) {
  const { project, output, hasAssets } = partOf(name);
  progress(`Building ${name}.`);
  rmSync(join(ROOT, output), { recursive: true, force: true });
  for (const folder of ['build', output]) mkdirSync(join(ROOT, folder), { recursive: true });
  compile(name, project);
  if (hasAssets) copyAssets(name, output);
  writeFileSync(stampOf(name), '');
}

/** Builds the parts, and the parts they need, whose sources are newer than what was built from them. */
export function buildWhatChanged(...names) {
  const all = new Set(names.flatMap((name) => [...partOf(name).after, name]));
  for (const name of all) if (isStale(name)) build(name);
}

function partOf(name) {
  const part = PARTS[name];
  if (part !== undefined) return part;
  throw new ScriptError(`There is nothing named "${name}" to build: name any of ${Object.keys(PARTS).join(', ')}.`);
}

function compile(name, project) {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new ScriptError(`${name} does not compile: see the errors above.`);
}

function copyAssets(name, output) {
  cpSync(join(ROOT, name), join(ROOT, output), {
    recursive: true,
    filter: (source) => statSync(source).isDirectory() || !/\.[cm]?ts$|tsconfig\.json$/.test(source),
  });
}

const stampOf = (name) => join(ROOT, 'build', `.${name.replace('/', '-')}.built`);

function isStale(name) {
  const { project, output, after } = partOf(name);
  if (!existsSync(stampOf(name)) || !existsSync(join(ROOT, output))) return true;
  const builtAt = statSync(stampOf(name)).mtimeMs;
  const sources = ['package.json', 'package-lock.json', 'tsconfig.json', project, name, ...after];
  return sources.some((source) => newest(join(ROOT, source)) > builtAt);
}

/** Of a directory and everything in it that is its own; the directory's own time tells that a file was removed. */
function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const entries = readdirSync(path).filter((entry) => !isForeign(join(path, entry)));
  return Math.max(found.mtimeMs, ...entries.map((entry) => newest(join(path, entry))));
}

/** What was installed or built there, and packages of their own. */
function isForeign(path) {
  return ['node_modules', 'build'].includes(basename(path)) || existsSync(join(path, 'package.json'));
}

if (isProgram(import.meta)) {
  const names = process.argv.slice(2);
  await run(() =>
    inTurn(async () => {
      await ensureInstalled();
      (names.length > 0 ? names : ['lib', 'schematics']).forEach(build);
    }),
  );
}
