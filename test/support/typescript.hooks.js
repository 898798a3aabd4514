import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { publicNames, swcOptions } from './swc.js';

const ROOT = new URL('../../', import.meta.url);
const COMPILED = new URL('build/compiled/', ROOT);

/** Jest's own refuses to be loaded but by Jest. */
const GLOBALS = new URL('jest/globals.js', import.meta.url).href;

export async function resolve(specifier, context, next) {
  if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
  const source = publicNames[specifier];
  if (source !== undefined) return next(new URL(source, ROOT).href, context);
  const typescript = typescriptOf(specifier, context.parentURL);
  if (typescript !== undefined) return { url: typescript, format: 'module', shortCircuit: true };
  return next(specifier, context);
}

/** What `./x.js` means to TypeScript. Looked for first, as Node takes long to say that it finds no such file. */
function typescriptOf(specifier, parentURL = '') {
  if (!/^\.{1,2}\/.*\.js$/.test(specifier) || parentURL.includes('/node_modules/')) return undefined;
  const url = new URL(specifier.replace(/\.js$/, '.ts'), parentURL);
  return existsSync(url) ? url.href : undefined;
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  return { format: 'module', source: await compiled(url), shortCircuit: true };
}

/**
 * From the file that an earlier process has left, if it was made of the same text. Read at once: hundreds of files that are
 * small take half of the processor time that they take asynchronously.
 */
async function compiled(url) {
  const text = readFileSync(new URL(url), 'utf8');
  if (!url.startsWith(ROOT.href)) return compile(url, text);
  const mark = `\n// ${createHash('sha256').update(JSON.stringify(swcOptions)).update(text).digest('hex')}\n`;
  const file = fileURLToPath(new URL(`${url.slice(ROOT.href.length)}.js`, COMPILED));
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (kept.endsWith(mark)) return kept;
  const made = (await compile(url, text)) + mark;
  await keep(file, made).catch(() => {}); // a checkout that cannot be written to
  return made;
}

/** Loaded when something has changed only. */
async function compile(url, text) {
  const { transform } = await import('@swc/core');
  const { code } = await transform(text, { ...swcOptions, filename: fileURLToPath(url), sourceMaps: 'inline' });
  return code;
}

/** Moved into place, as processes that compile at the same time read what others keep. */
async function keep(file, text) {
  const draft = `${file}.${process.pid}.${threadId}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(draft, text);
  await rename(draft, file);
}
