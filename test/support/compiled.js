import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { LESS_OPTIMISING } from './less.optimising.js';
import { publicNames, swcOptions } from './swc.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COMPILED = join(ROOT, 'build/compiled');
const NAME = 'nestjs-tasker';
const TYPESCRIPT = /(?<!\.d)\.ts$/;

const require = createRequire(import.meta.url);

/** Where what a file becomes is kept. @param file below the root */
export const placeOf = (file) => join(COMPILED, file.replace(TYPESCRIPT, '.js'));

/**
 * What a TypeScript file becomes: what an earlier process has kept, if it was made of the same text. Read at once: hundreds of
 * files that are small take half of the processor time that they take asynchronously.
 *
 * @param path absolute; nothing is kept of a file outside of this project
 */
export function compiled(path) {
  const text = readFileSync(path, 'utf8');
  if (!path.startsWith(ROOT)) return compile(path, text);
  const mark = `\n// ${createHash('sha256').update(JSON.stringify(swcOptions)).update(text).digest('hex')}\n`;
  const file = placeOf(path.slice(ROOT.length));
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (kept.endsWith(mark)) return kept;
  const made = compile(path, text) + mark;
  try {
    keep(file, made);
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
  return made;
}

/** Loaded when something has changed only. */
function compile(path, text) {
  const { transformSync } = require('@swc/core');
  return transformSync(text, { ...swcOptions, filename: path, sourceMaps: 'inline' }).code;
}

/** Moved into place, as processes that compile at the same time read what others keep. */
export function keep(file, text) {
  const draft = `${file}.${process.pid}.${threadId}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, text);
  renameSync(draft, file);
}

/** A checkout that cannot be written to, or a system that lets only administrators make links. */
const isForbidden = ({ code }) => ['EACCES', 'EPERM', 'EROFS'].includes(code);

/** Whose files a process that a test starts may load. */
const LOADED = ['lib', 'test/support', 'test/chaos'];
const HOOKS = new URL('typescript.js', import.meta.url).href;
const BUNDLE = fileURLToPath(new URL('bundle.js', import.meta.url));
/** Decides, in addition to our own files, on what a bundle is made of. */
const AROUND = ['package-lock.json', 'test/support/bundle.js'];
/** Of all that is compiled; null where nothing can be kept. */
let digest;

/**
 * How to start a TypeScript file as a process of its own: compiled before, with all that it may load, where that is
 * possible. Compiling what is loaded costs such a process two fifths of its start.
 *
 * @param file below the root, such as `lib/cli/main.ts`
 * @returns the file to start, and flags of Node that it needs
 */
export function programOf(file) {
  if (digest === undefined) digest = compileAll();
  return digest === null
    ? { file: join(ROOT, file), flags: [...LESS_OPTIMISING, '--import', HOOKS] }
    : { file: placeOf(file), flags: LESS_OPTIMISING };
}

/**
 * The same for a program that loads most of Nest, TypeORM and us, and is started often: as a single file, see `bundle.js`.
 *
 * @returns also the arguments that come before its own
 */
export function bundleOf(file) {
  const program = programOf(file);
  return digest === null ? { ...program, args: [] } : { ...program, file: BUNDLE, args: [program.file, digest] };
}

/** @returns the digest of all of it, or null where it was not possible */
function compileAll() {
  const hash = createHash('sha256');
  try {
    for (const text of [...LOADED.flatMap(compileFolder), ...AROUND.map(textOf)]) hash.update(text);
    // By which the package is found under its public names.
    const exports = Object.fromEntries(
      Object.entries(publicNames).map(([name, file]) => [
        `.${name.slice(NAME.length)}`,
        `./${file.replace(TYPESCRIPT, '.js')}`,
      ]),
    );
    keep(join(COMPILED, 'package.json'), JSON.stringify({ name: NAME, type: 'module', exports }));
    return hash.digest('hex');
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return null;
  }
}

const textOf = (file) => readFileSync(join(ROOT, file), 'utf8');

/**
 * What is no TypeScript is there as a link, which Node follows before it looks for what such a file imports.
 *
 * @returns what the files of the folder have become
 */
function compileFolder(folder) {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const file = path.slice(ROOT.length);
    if (entry.isDirectory()) return (mkdirSync(placeOf(file), { recursive: true }), '');
    if (TYPESCRIPT.test(path)) return compiled(path);
    link(path);
    return textOf(file);
  });
}

/** Relative, as a checkout may be moved or copied. */
function link(path) {
  const place = placeOf(path.slice(ROOT.length));
  try {
    symlinkSync(relative(dirname(place), path), place);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}
