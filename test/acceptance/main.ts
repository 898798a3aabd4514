/**
 * `npm run acceptance`: the packed package in hosts of each supported version of Nest, on both platforms, over databases and
 * drivers that are set up otherwise than the plain one. What is observed has to be the same in each cell as in the plain one.
 * Words after `--` choose cells whose names hold all of them, beside the plain ones: `npm run acceptance -- 'Nest 11' PgBouncer`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from '../../scripts/packed-host.mjs';
import { runCell, type Observed } from './cell.js';
import { chooseCells, type Cell } from './cells.js';
import { DatabaseServers } from './database.servers.js';
import { makeHosts } from './hosts.js';
import { judge, table } from './verdicts.js';

/** As many as the machines of a build server have cores. */
const AT_A_TIME = 2;

const cells = chooseCells(process.argv.slice(2));
const workspace = mkdtempSync(join(tmpdir(), 'nestjs-tasker-acceptance-'));
const removeWorkspace = (): void => rmSync(workspace, { recursive: true, force: true });
process.once('exit', removeWorkspace);
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.once(signal, () => process.exit(code)); // servers and hosts end with their channel to this process
}

const hosts = makeHosts(workspace, pack(workspace), [...new Set(cells.map(({ nest }) => nest))]);
const servers = new DatabaseServers(Object.values(hosts)[0]!);
try {
  const observed = await runAll();
  const verdicts = judge(cells, observed);
  console.log(table(cells, verdicts));
  const wrong = verdicts.filter(({ problems }) => problems.length > 0);
  for (const { cell, problems } of wrong) console.log([`\n${cell.name}:`, ...problems].join('\n  '));
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  await servers.stop();
}

async function runAll(): Promise<Map<Cell, Observed>> {
  const observed = new Map<Cell, Observed>();
  const waiting = [...cells];
  const takeTurns = async (): Promise<void> => {
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) {
      const result = await runCell(cell, hosts[cell.nest]!, servers);
      observed.set(cell, result);
      console.log(`${cell.name}: ${'failed' in result ? 'failed' : 'observed'} in ${result.seconds} s`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, takeTurns));
  return observed;
}
