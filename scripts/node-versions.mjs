/**
 * Runs a command under each further version of Node.js that the package supports, one after the other:
 * `node scripts/node-versions.mjs npm test -- --selectProjects unit`.
 */
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { furtherNodes } from './further-nodes.mjs';
import { progress, run, ScriptError } from './script.mjs';

await run(async () => {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined) throw new ScriptError('Name the command to run: node scripts/node-versions.mjs npm test');
  const failed = [];
  for (const { version, binaries } of furtherNodes()) {
    progress(`Node.js ${version}: ${process.argv.slice(2).join(' ')}`);
    if ((await exitCode(command, args, binaries)) !== 0) failed.push(version);
  }
  if (failed.length > 0) throw new ScriptError(`The command failed under Node.js ${failed.join(' and ')}.`);
});

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
