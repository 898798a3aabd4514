/**
 * Debian's PostgreSQL 15, beside the newest one that the tests run on otherwise. As a program it runs a command on a server of
 * its own: `node scripts/postgres-15.mjs npm test -- test/integration/x.spec.ts`.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from './embedded-postgres.mjs';
import { isProgram, run, ScriptError } from './script.mjs';

const BINARIES = '/usr/lib/postgresql/15/bin';

/** As `startEmbeddedPostgres`. */
export async function startPostgres15(options = {}) {
  if (!existsSync(join(BINARIES, 'postgres'))) {
    throw new ScriptError(
      `There is no PostgreSQL 15 in ${BINARIES}: on Debian, "apt-get install postgresql-15" brings it.`,
    );
  }
  return startEmbeddedPostgres({ ...options, binaries: BINARIES });
}

function runCommand([command, ...args], url) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, DATABASE_URL: url } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
}

if (isProgram(import.meta)) {
  await run(async () => {
    const server = await startPostgres15();
    try {
      process.exitCode = await runCommand(process.argv.slice(2), server.url);
    } finally {
      await server.stop();
    }
  });
}
