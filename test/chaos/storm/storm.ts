import { setTimeout as pass } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../../lib/embedded/embedded-postgres.mjs';
import { BreakingProxy } from '../../support/breaking.proxy.js';
import { openHost, type Host } from '../../support/host.js';
import { randomFrom } from '../../support/random.js';
import { findDamage } from './aftermath.js';
import { Crew, STATEMENT_TIMEOUT_MS } from './crew.js';
import type { Fault, StormSettings } from './fault.plan.js';
import { FaultRunner, type World } from './fault.runner.js';
import { Ledger } from './ledger.js';
import { Operator } from './operator.js';
import { measureRecovery, PROMPT_MS, slownessOf, type Recovery } from './recovery.js';
import { Starter } from './starter.js';
import { countAll, type StormCounts } from './storm.counts.js';
import { StormDatabase } from './storm.database.js';
import { STORM_TEMPLATES } from './storm.templates.js';

export interface StormReport {
  readonly counts: StormCounts;
  readonly recovery: Recovery;
  /** From the end of the last fault until every task was over. */
  readonly drainedAfterMs: number;
  /** What was wrong, one sentence each. */
  readonly problems: readonly string[];
}

export interface StormOptions {
  /** Whether it is a problem, too, if no task runs at full speed soon after the last fault. @default true */
  readonly isTimed?: boolean;
  /** How often tasks are started, in milliseconds. @default 80 */
  readonly startEveryMs?: number;
}

/** What is unfinished so long after the last fault is stuck. */
const STUCK_MS = 60_000;
const LOOK_EVERY_MS = 100;

/**
 * Starts a server, workers and clients of its own, lets the faults of the plan happen to them, and looks at what is left when
 * all is over.
 */
export async function raiseStorm(
  { seed, workers }: StormSettings,
  plan: readonly Fault[],
  { isTimed = true, startEveryMs = 80 }: StormOptions = {},
): Promise<StormReport> {
  const server = await startEmbeddedPostgres({ disposable: true });
  const network = await BreakingProxy.open(server.url);
  const database = await StormDatabase.prepare(server.url);
  const faults = new FaultRunner(plan);
  const crew = new Crew(network.url, workers, (since) => faults.wasTroubled(since));
  const templates = Object.values(STORM_TEMPLATES);
  const patience = { statementTimeoutMs: STATEMENT_TIMEOUT_MS };
  const office = await openHost({ url: network.url, name: 'office', templates, database: patience });
  const ledger = new Ledger();
  try {
    await crew.gather();
    const world = { server, network, database, crew };
    const { endedAt, recovery } = await live(world, office, ledger, faults, { seed, isTimed, startEveryMs });
    const stuck = await waitUntilOver(database);
    const drainedAfterMs = performance.now() - endedAt;
    const damage = await findDamage(database, ledger);
    const slowness = isTimed ? await slownessOf(recovery, database) : [];
    const counts = await countAll(database, ledger, crew);
    await crew.disband();
    const problems = [
      ...faults.problems,
      ...crew.problems,
      ...slowness,
      ...(stuck.length > 0 ? [`Not over after ${STUCK_MS} ms: ${JSON.stringify(stuck)}`] : []),
      ...damage,
    ];
    return { counts, recovery, drainedAfterMs, problems };
  } finally {
    await crew.kill();
    await office.close();
    await network.close();
    await database.close();
    await server.stop();
  }
}

/** People start tasks and interfere with them while things break; then measures how soon a task runs at full speed again. */
async function live(
  world: World,
  office: Host,
  ledger: Ledger,
  faults: FaultRunner,
  { seed, isTimed, startEveryMs }: Required<StormOptions> & Pick<StormSettings, 'seed'>,
): Promise<{ readonly endedAt: number; readonly recovery: Recovery }> {
  const over = new AbortController();
  const people = [
    new Starter(office, world.crew, ledger, randomFrom(seed + 1), startEveryMs).run(over.signal),
    new Operator(office, ledger, randomFrom(seed + 2)).run(over.signal),
  ];
  await faults.run(world);
  const endedAt = performance.now();
  over.abort(); // what is left is what the storm held up
  const recovery = await measureRecovery(office, world.database, ledger, isTimed ? PROMPT_MS : Infinity);
  await Promise.all(people);
  return { endedAt, recovery };
}

/** Answers those that are not over in time. */
async function waitUntilOver(database: StormDatabase): Promise<readonly unknown[]> {
  const deadline = performance.now() + STUCK_MS;
  for (;;) {
    const unfinished = await database.insist(
      `select task_id, state, context ->> 'n' as n from __schema__.tasks where state in ('pending', 'in_progress') limit 5`,
    );
    if (unfinished.length === 0 || performance.now() > deadline) return unfinished;
    await pass(LOOK_EVERY_MS);
  }
}
