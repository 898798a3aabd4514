/**
 * Starts a program that `programOf` has compiled as a single file, with what V8 made of it the last time: `node bundle.js
 * PROGRAM DIGEST ...`, where the digest is of all that may be in it. To find, read and compile the thousand modules of Nest,
 * TypeORM and ourselves takes seven times as long.
 *
 * The program has no `await` at its top level, and exports as `started` the promise of what it would await there.
 */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { keep, placeOf } from './compiled.js';

// The program finds its arguments where it would without us.
process.argv.splice(1, 1);
const [, program] = process.argv;
const [digest] = process.argv.splice(2, 1);

const BUNDLE = program.replace(/js$/, 'bundle.cjs');
const CODE = program.replace(/js$/, 'bundle.code');
const LOCK = program.replace(/js$/, 'bundle.lock');
const MARK = `\n// ${digest}\n`;
const LOOK_EVERY_MS = 100;
/** No process takes as long to make a bundle, even on a busy machine: it must have been killed. */
const STALE_MS = 60_000;
/** What Nest would load if it were used, and what finds the files of the package next to itself. */
const LEFT_OUT = [
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
  placeOf('lib/options/package.place.cjs'),
];
/** Would load all of TypeORM from outside of the bundle once more, by a `require` of its own. */
const TYPEORM_AGAIN = {
  name: 'TypeORM once',
  setup: ({ onLoad }) =>
    onLoad({ filter: /typeorm-compat\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace('const require = createRequire(import.meta.url);', ''),
    })),
};

const script = scriptOf(await bundle());
const main = { exports: {} };
script.runInThisContext()(
  main,
  main.exports,
  createRequire(program), // for what is left out
  program,
  dirname(program),
  pathToFileURL(program).href,
);
await main.exports.started;
// Only now has V8 compiled what a start takes.
if (script.cachedDataRejected !== false) keep(CODE, Buffer.concat([Buffer.from(MARK), script.createCachedData()]));

function scriptOf(text) {
  return new Script(`(function (module, exports, require, __filename, __dirname, __url) {${text}})`, {
    filename: BUNDLE,
    cachedData: keptCode(),
  });
}

/** In bundles every character is one byte. */
function keptBundle() {
  const text = existsSync(BUNDLE) ? readFileSync(BUNDLE, 'latin1') : '';
  return text.endsWith(MARK) ? text : undefined;
}

/** V8 itself compares no more than the length of the text. */
function keptCode() {
  const code = existsSync(CODE) ? readFileSync(CODE) : Buffer.alloc(0);
  return code.toString('latin1', 0, MARK.length) === MARK ? code.subarray(MARK.length) : undefined;
}

/** Of processes that start at the same time one makes it, and the others wait. */
async function bundle() {
  for (;;) {
    const kept = keptBundle();
    if (kept !== undefined) return kept;
    if (takesLock()) return makeBundle().finally(() => rmSync(LOCK, { force: true }));
    await pass(LOOK_EVERY_MS);
  }
}

/** Whether this process has the lock now. */
function takesLock() {
  try {
    writeFileSync(LOCK, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const madeAt = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - madeAt > STALE_MS) rmSync(LOCK, { force: true });
    return false;
  }
}

async function makeBundle() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [program],
    outfile: BUNDLE,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    keepNames: true,
    external: LEFT_OUT,
    plugins: [TYPEORM_AGAIN],
    tsconfigRaw: '{}', // by whose paths the package is its source, which is not compiled
    define: { 'import.meta.url': '__url' },
    logLevel: 'error',
  });
  const text = outputFiles[0].text + MARK;
  keep(BUNDLE, text);
  return text;
}
