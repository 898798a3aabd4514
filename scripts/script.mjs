/** What all scripts share: built-ins only, as they run before anything is installed. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
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

/** Runs the script; what it throws ends the process with code 1. */
export async function run(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${EXPLAINED.has(error?.name) ? error.message : (error?.stack ?? error)}\n`);
    process.exit(1);
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
