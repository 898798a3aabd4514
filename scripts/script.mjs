/** What all scripts share: built-ins only, as they run before anything is installed. */
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** A failure that its message explains; printed without a stack. */
export class ScriptError extends Error {
  name = 'ScriptError';
}

const EXPLAINED = new Set(['ScriptError', 'EmbeddedPostgresError', 'DatabaseUnreachableError']);

/** To standard error: standard output belongs to what the script runs, which may be JSON. */
export function progress(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs the script; what it throws ends the process with the error's `exitCode`, or 1. */
export async function run(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(error?.exitCode ?? 1);
  }
}

/** One sentence for what whoever started the script can mend, and the whole stack for what only a developer can. */
function explain(error) {
  if (EXPLAINED.has(error?.name)) return error.message;
  if (['EACCES', 'EPERM', 'EROFS'].includes(error?.code) && error.path !== undefined) {
    return `There is no permission to write to ${error.path}: make it writable for you, then try again.`;
  }
  if (/^(?:ERR_)?MODULE_NOT_FOUND$/.test(error?.code) && /package|node_modules/.test(error.message)) {
    const [what] = error.message.split('\n');
    return `The folder node_modules is damaged (${what}): delete it, then try again.`;
  }
  return error?.stack ?? error;
}

/** Jest and npm say with a stack alone that they cannot use the temporary folder. */
export function requireTemporaryFolder() {
  try {
    rmSync(mkdtempSync(join(tmpdir(), 'nestjs-tasker-')), { recursive: true });
  } catch ({ code }) {
    throw new ScriptError(`The folder ${tmpdir()} cannot be written to (${code}): point TMPDIR at one that can.`);
  }
}

/** Whether the module was started, rather than imported. A checkout may be reached through a symbolic link. */
export function isProgram(meta) {
  const started = process.argv[1];
  return existsSync(started) && realpathSync(started) === fileURLToPath(meta.url);
}

/** Goes on as the program, in this process: its signals, its exit code and its output are then ours without passing on. */
export async function become(file, args) {
  process.argv.splice(1, process.argv.length, file, ...args);
  await import(pathToFileURL(file).href);
}
