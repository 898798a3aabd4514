import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compiled } from './compiled.js';
import { publicNames } from './swc.js';

const ROOT = new URL('../../', import.meta.url);

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
  return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
}
