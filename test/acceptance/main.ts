/**
 * `npm run acceptance`: the packed package as its users meet it, in parts: `hosts` and their databases, `clients` behind a proxy, `generated`
 * applications, `pages` that are followed to the letter, and `random` tests in full. The name of a part behind `--` runs it alone, and further words choose what of it:
 * `npm run acceptance -- generated pnpm`. Words without the name of a part belong to `hosts`.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from '../../scripts/packed-host.mjs';
import type { Part } from './part.js';
import { runClients } from './clients/clients.part.js';
import { runGenerated } from './generated/generated.part.js';
import { runHosts } from './hosts.part.js';
import { runPages } from './pages/pages.part.js';
import { runRandom } from './random.part.js';

const PARTS: Readonly<Record<string, Part>> = {
  hosts: runHosts,
  clients: runClients,
  generated: runGenerated,
  pages: runPages,
  random: runRandom,
};

const workspace = mkdtempSync(join(tmpdir(), 'nestjs-tasker-acceptance-'));
chmodSync(workspace, 0o755); // started by root, PostgreSQL runs as somebody else, who has to get to its data there
const removeWorkspace = (): void => rmSync(workspace, { recursive: true, force: true });
process.once('exit', removeWorkspace);
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.once(signal, () => process.exit(code)); // servers and hosts end with their channel to this process
}

const tarball = pack(workspace);
let isGood = true;
for (const { run, words } of chosenParts(process.argv.slice(2))) {
  if (!(await run({ workspace, tarball, words }))) isGood = false;
}
process.exitCode = isGood ? 0 : 1;

function chosenParts(given: readonly string[]): { run: Part; words: readonly string[] }[] {
  if (given.length === 0) return Object.values(PARTS).map((run) => ({ run, words: [] }));
  const [first, ...others] = given;
  const named = PARTS[first!];
  return [named === undefined ? { run: runHosts, words: given } : { run: named, words: others }];
}
