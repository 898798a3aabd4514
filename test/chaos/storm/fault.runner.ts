import { setTimeout as pass } from 'node:timers/promises';
import type { EmbeddedPostgres } from '../../../lib/embedded/embedded-postgres.mjs';
import type { BreakingProxy } from '../../support/breaking.proxy.js';
import type { Crew } from './crew.js';
import { FAULT_KINDS, HARMLESS_SUBJECTS, type Fault, type FaultKind } from './fault.plan.js';
import { cure, isPoisonous, poison } from './poison.js';
import { STORM_NAME, type StormDatabase } from './storm.database.js';

/** What faults happen to. */
export interface World {
  readonly server: EmbeddedPostgres;
  /** Between the server and everyone else but the storm itself. */
  readonly network: BreakingProxy;
  readonly database: StormDatabase;
  readonly crew: Crew;
}

type Act = (world: World, fault: Fault) => Promise<unknown>;

const HOUR_MS = 3_600_000;
/** Whatever else is broken meanwhile, somebody comes through within this. */
const COME_THROUGH_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** How each fault is done; resolves when it is over. */
const ACTS: Readonly<Record<FaultKind, Act>> = {
  kill: ({ crew }, { victim, lastsMs }) => crew.replace(victim!, lastsMs),
  deploy: ({ crew }, { victim, way }) => crew.deploy(victim!, way === 'clients close first'),
  pause: async ({ crew }, { victim, lastsMs }) => {
    const worker = crew.at(victim!);
    worker?.pause();
    await pass(lastsMs);
    worker?.resume();
  },
  block: async ({ crew }, { victim, lastsMs }) => crew.at(victim!)?.block(lastsMs),
  wrongClock: async ({ crew }, { victim, lastsMs, way }) => {
    const worker = crew.at(victim!);
    worker?.tell({ kind: 'set clock', wrongByMs: way === 'an hour ahead' ? HOUR_MS : -HOUR_MS });
    await pass(lastsMs);
    worker?.tell({ kind: 'set clock', wrongByMs: 0 });
  },
  restart: ({ server }, { lastsMs }) => server.restart({ downMs: lastsMs }),
  cutWorker: ({ crew, database }, { victim }) =>
    cut(database, `application_name = $1`, `worker ${crew.at(victim!)?.pid}`),
  cutSome: ({ database }, { way }) => {
    const every = { 'every other': 2, 'every third': 3 }[way] ?? 1;
    return cut(database, `application_name <> $1 and pid % ${every} = 0`, STORM_NAME);
  },
  loseAnswers: async ({ network }, { lastsMs }) => {
    network.loseAnswers();
    await pass(lastsMs);
    network.breakDeaf();
  },
  silence: async ({ network }, { lastsMs, way }) => {
    network.silencesNew = way === 'new ones, too';
    network.silenceOpen();
    await pass(lastsMs);
    network.silencesNew = false; // what fell silent stays so, until it is given up
  },
  lock: async ({ database }, { lastsMs, way }) => {
    const statement = lockStatement(way);
    // When the server goes away so does the lock, and nobody waits for it any more.
    await database.insist('select');
    await database
      .session(async (client) => {
        await client.query(`begin; ${statement}`);
        await pass(lastsMs);
        await client.query('rollback');
      })
      .catch(() => undefined);
  },
  diskFull: async ({ database }, { lastsMs, way }) => {
    await database.insist(`
      create or replace function fail_by_chance() returns trigger language plpgsql as $$ begin
        if random() < 0.5 then
          raise exception 'could not extend file: No space left on device' using errcode = '53100';
        end if;
        return null;
      end $$`);
    await database.insist(
      `create or replace trigger full_disk before insert or update on __schema__.${way} execute function fail_by_chance()`,
    );
    await pass(lastsMs);
    await database.insist(`drop trigger if exists full_disk on __schema__.${way}`);
  },
  poison: async ({ database }, { lastsMs, way }) => {
    const since = await clock(database);
    await poison(database, way);
    try {
      await pass(lastsMs);
      await comesThrough(database, since, `not ${isPoisonous('t')}`);
      await isRefusedOne(database, since);
    } finally {
      await cure(database);
    }
  },
  publication: async ({ database }, { lastsMs }) => {
    const since = await clock(database);
    await database.insist('drop publication if exists storm');
    await database.insist('create publication storm for all tables');
    try {
      await pass(lastsMs);
      await comesThrough(database, since, `n.name in ('limited', 'rated')`);
    } finally {
      await database.insist('drop publication if exists storm');
    }
  },
};

function cut(database: StormDatabase, which: string, name: string): Promise<unknown> {
  return database.insist(
    `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and ${which}`,
    name,
  );
}

/** As text, which keeps the microseconds. */
async function clock(database: StormDatabase): Promise<string> {
  const [now] = await database.insist<{ at: string }>('select clock_timestamp()::text as at');
  return now!.at;
}

/** Resolves when one of these tasks (`t`, of the template `n`) was started since then and is complete. */
function comesThrough(database: StormDatabase, since: string, which: string): Promise<void> {
  return isFound(
    database,
    `select from __schema__.tasks t join __schema__.named_tasks n using (named_task_id)
     where t.state = 'complete' and t.created_at > $1 and ${which} limit 1`,
    since,
  );
}

/** Resolves when a failure was recorded since then in the place of an outcome that a trigger refused. */
function isRefusedOne(database: StormDatabase, since: string): Promise<void> {
  return isFound(
    database,
    `select from __schema__.workflow_step_transitions
     where error ->> 'code' = 'OUTCOME_REFUSED' and created_at > $1 limit 1`,
    since,
  );
}

async function isFound(database: StormDatabase, sql: string, since: string): Promise<void> {
  for (const deadline = performance.now() + COME_THROUGH_MS; performance.now() < deadline;) {
    if ((await database.insist(sql, since)).length > 0) return;
    await pass(LOOK_EVERY_MS);
  }
  throw new Error(`Nothing was found within ${COME_THROUGH_MS} ms by: ${sql}`);
}

/** Only rows that are free, so that this session waits for nobody and cannot be one of a deadlock. */
function lockStatement(way: string): string {
  const table = `tasker.${way.split(' ').at(-1)}`;
  if (way.startsWith('all')) return `lock table ${table} in exclusive mode`;
  return `select from ${table} order by ctid desc limit 50 for update skip locked`;
}

/** Lets the faults of a plan happen, each at its moment. */
export class FaultRunner {
  readonly problems: string[] = [];
  /** How many faults trouble the database at present. */
  private troubles = 0;
  private lastTroubleAt = -Infinity;

  constructor(private readonly plan: readonly Fault[]) {}

  /** Whether anything was wrong with the database at some time since then. */
  wasTroubled(since: number): boolean {
    return this.troubles > 0 || this.lastTroubleAt >= since;
  }

  /** Resolves when the last of them is over. */
  async run(world: World): Promise<void> {
    const begunAt = performance.now();
    const running: Promise<void>[] = [];
    // Some last until something has happened, and the next of the same subject may be due before.
    const latest = new Map<string, Promise<void>>();
    for (const fault of this.plan) {
      await pass(Math.max(0, begunAt + fault.atMs - performance.now()));
      const target = fault.victim === null ? FAULT_KINDS[fault.kind].subject : `worker ${fault.victim}`;
      const strike = Promise.resolve(latest.get(target)).then(() => this.strike(world, fault));
      latest.set(target, strike);
      running.push(strike);
    }
    await Promise.all(running);
  }

  private async strike(world: World, fault: Fault): Promise<void> {
    const isTrouble = !HARMLESS_SUBJECTS.has(FAULT_KINDS[fault.kind].subject);
    if (isTrouble) this.troubles++;
    try {
      await ACTS[fault.kind](world, fault);
    } catch (error) {
      this.problems.push(
        `The fault ${fault.kind} could not be done: ${error instanceof Error ? error.stack : String(error)}`,
      );
    } finally {
      if (isTrouble) {
        this.troubles--;
        this.lastTroubleAt = performance.now();
      }
    }
  }
}
