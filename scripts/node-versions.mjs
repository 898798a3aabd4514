/**
 * Runs a command under each further version of Node.js that the package supports, one after the other:
 * `node scripts/node-versions.mjs npm test -- --selectProjects unit`. The versions come as packages of npm and are kept in `build/`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installPackage } from './packed-host.mjs';
import { progress, ROOT, run, ScriptError } from './script.mjs';

/** Exact, so that a release of Node.js cannot turn a commit red. */
const VERSIONS = ['22.23.5', '24.22.3'];
const PLATFORM = 'linux-x64';

await run(async () => {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined) throw new ScriptError('Name the command to run: node scripts/node-versions.mjs npm test');
  if (`${process.platform}-${process.arch}` !== PLATFORM) {
    progress(
      `Left out on ${process.platform}-${process.arch}: the packages with other versions of Node.js are for ${PLATFORM}.`,
    );
    return;
  }
  const failed = [];
  for (const version of VERSIONS) {
    const binaries = installed(version);
    progress(`Node.js ${version}: ${process.argv.slice(2).join(' ')}`);
    if ((await exitCode(command, args, binaries)) !== 0) failed.push(version);
  }
  if (failed.length > 0) throw new ScriptError(`The command failed under Node.js ${failed.join(' and ')}.`);
});

/** The folder of its `node`. */
function installed(version) {
  const folder = join(ROOT, 'build/node', version);
  const binaries = join(folder, `node_modules/node-${PLATFORM}/bin`);
  if (existsSync(join(binaries, 'node'))) return binaries;
  progress(`Installing Node.js ${version}.`);
  mkdirSync(folder, { recursive: true });
  installPackage(folder, `node-${PLATFORM}@${version}`);
  return binaries;
}

/** npm and what it starts find the version on the path. */
function exitCode(command, args, binaries) {
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}` };
  delete env.npm_execpath; // of the npm that runs this script, which may come with a version of its own
  const child = spawn(command, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
}
