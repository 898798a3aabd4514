/**
 * `npm run acceptance -- pages`: what README and Getting started ask of their readers, done to the letter in an empty folder. Each
 * has to lead to a finished task and to passing tests, and the README in a minute, or in 150 s with an empty npm cache (`--cold`).
 * The time is that of its commands. `-- pages README --cold` chooses.
 */
import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free.port.js';
import { codeBlocks, read, type CodeBlock } from '../../unit/docs/pages.js';
import { PackageRegistry } from '../generated/package.registry.js';
import { toolchain } from '../generated/toolchain.js';
import type { Part } from '../part.js';
import { PageFollower } from './page.follower.js';

interface Page {
  readonly path: string;
  /** The part of it that is followed. @default all of it */
  readonly heading?: string;
  readonly limitSeconds?: Readonly<Record<'warm' | 'cold', number>>;
}

const PAGES: readonly Page[] = [
  { path: 'README.md', heading: 'Use it in your application', limitSeconds: { warm: 60, cold: 150 } },
  { path: 'docs/getting-started.md' },
];

/** Prints the seconds of each command. */
export const runPages: Part = async ({ workspace, tarball, words }) => {
  const isCold = words.includes('--cold');
  const names = words.filter((word) => word !== '--cold');
  const pages = PAGES.filter(({ path }) => names.every((name) => path.toLowerCase().includes(name.toLowerCase())));
  if (pages.length === 0) throw new Error(`No page that is followed has "${names.join('" and "')}" in its path.`);
  const registry = await PackageRegistry.start(tarball);
  try {
    const env = await toolchain(join(workspace, 'tools'), registry.url, false);
    let isGood = true;
    for (const page of pages) {
      const folder = join(workspace, 'pages', page.path.replaceAll(/\W/g, '-'));
      const cache = isCold ? { npm_config_cache: join(folder, '.cache') } : {};
      mkdirSync(join(folder, 'empty'), { recursive: true });
      if (!(await follow(page, join(folder, 'empty'), { ...env, ...cache }, isCold ? 'cold' : 'warm'))) isGood = false;
    }
    return isGood;
  } finally {
    registry.stop();
  }
};

async function follow(page: Page, folder: string, env: NodeJS.ProcessEnv, cache: 'warm' | 'cold'): Promise<boolean> {
  console.log(`\n${page.path}, ${cache} npm cache, load ${loadavg()[0]!.toFixed(1)}`);
  const follower = new PageFollower(folder, env, await freePort());
  let problem: string | null = null;
  try {
    await follower.follow(blocksOf(page));
    if (follower.finishedTasks === 0) problem = 'No task was finished.';
    if (follower.passedTests === 0) problem = 'No tests were run.';
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  for (const { line, seconds } of follower.commands) console.log(`${seconds.toFixed(1).padStart(7)} s  ${line}`);
  const sum = follower.commands.reduce((before, { seconds }) => before + seconds, 0);
  const limit = page.limitSeconds?.[cache];
  if (problem === null && limit !== undefined && sum > limit) problem = `That took longer than ${limit} s.`;
  console.log(`${sum.toFixed(1).padStart(7)} s  in all, load ${loadavg()[0]!.toFixed(1)}`);
  console.log(problem ?? `${follower.finishedTasks} finished tasks, and tests that pass`);
  return problem === null;
}

function blocksOf({ path, heading }: Page): readonly CodeBlock[] {
  const blocks = codeBlocks(path);
  if (heading === undefined) return blocks;
  const lines = read(path).split('\n');
  const from = lines.indexOf(`## ${heading}`);
  const to = lines.findIndex((line, index) => index > from && line.startsWith('## '));
  return blocks.filter(({ place }) => {
    const line = Number(place.split(':').at(-1));
    return line > from && line < to;
  });
}
