import type { StormDatabase } from './storm.database.js';

/** The tasks that the triggers of `poison` are about, if their row is called `row`; all others are their neighbours. */
export const isPoisonous = (row: string): string => `${row}.task_id % 4 = 0`;

/** What is refused of which of them: a trigger each, so that one poisoning shows every way in which an outcome can be refused. */
const REFUSALS = [
  { table: 'workflow_steps', event: 'update', when: 'true' },
  { table: 'workflow_step_transitions', event: 'insert', when: 'true' },
  { table: 'workflow_steps', event: 'update', when: `new.state = 'complete'` },
  // Of failures only those of handlers and lost workers: what the engine records in the place of one is let through.
  {
    table: 'workflow_steps',
    event: 'update',
    when: `new.state = 'error' and new.error ->> 'code' is distinct from 'OUTCOME_REFUSED'`,
  },
];

/** Has triggers of the host's refuse what is written of some tasks, with this code. */
export async function poison(database: StormDatabase, code: string): Promise<void> {
  await database.insist(`
    create or replace function refuse() returns trigger language plpgsql as $$ begin
      raise exception 'The auditor refuses this.' using errcode = tg_argv[0];
    end $$`);
  for (const [index, { table, event, when }] of REFUSALS.entries()) {
    const isMeant = `${isPoisonous('new')} and new.task_id / 4 % ${REFUSALS.length} = ${index} and ${when}`;
    await database.insist(`
      create or replace trigger poison_${index} before ${event} on __schema__.${table}
      for each row when (${isMeant}) execute function refuse('${code}')`);
  }
}

export async function cure(database: StormDatabase): Promise<void> {
  for (const [index, { table }] of REFUSALS.entries()) {
    await database.insist(`drop trigger if exists poison_${index} on __schema__.${table}`);
  }
}
