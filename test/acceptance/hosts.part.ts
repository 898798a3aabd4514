/**
 * `npm run acceptance -- hosts`: the packed package in hosts of each supported version of Nest, on both platforms, over databases and
 * drivers that are set up otherwise than the plain one. What is observed has to be the same in each cell as in the plain one.
 * Words after `--` choose cells whose names hold all of them, beside the plain ones: `npm run acceptance -- hosts 'Nest 11' PgBouncer`.
 */
import { runCell, type Observed } from './cell.js';
import { chooseCells, type Cell } from './cells.js';
import { DatabaseServers } from './database.servers.js';
import { makeHosts } from './hosts.js';
import type { Part } from './part.js';
import { judge, table } from './verdicts.js';

/** As many as the machines of a build server have cores. */
const AT_A_TIME = 2;

/** Prints a table and the differences. */
export const runHosts: Part = async ({ workspace, tarball, words }) => {
  const cells = chooseCells(words);
  const hosts = makeHosts(workspace, tarball, [...new Set(cells.map(({ nest }) => nest))]);
  const servers = new DatabaseServers(Object.values(hosts)[0]!);
  try {
    const verdicts = judge(cells, await runAll(cells, hosts, servers));
    console.log(table(cells, verdicts));
    const wrong = verdicts.filter(({ problems }) => problems.length > 0);
    for (const { cell, problems } of wrong) console.log([`\n${cell.name}:`, ...problems].join('\n  '));
    return wrong.length === 0;
  } finally {
    await servers.stop();
  }
};

async function runAll(
  cells: readonly Cell[],
  hosts: Readonly<Record<string, string>>,
  servers: DatabaseServers,
): Promise<Map<Cell, Observed>> {
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
