import type { StepContext } from 'nestjs-tasker';

type Query = (sql: string, ...parameters: readonly unknown[]) => Promise<any[]>;

/** The tables in which steps leave what they did: the attempts that were committed, and from when to when each ran. */
export async function makeTraceTables(query: Query): Promise<void> {
  await query('create table effects (step_id bigint, attempt integer)');
  await query('create table spans (key text, began_at timestamptz, ended_at timestamptz)');
}

/** A row in the transaction of the step. */
export async function leaveEffect({ manager, step, attempt }: StepContext): Promise<void> {
  await manager.query('insert into effects (step_id, attempt) values ($1, $2)', [step.id, attempt]);
}

export async function leaveSpan(query: Query, { task }: StepContext, work: () => Promise<unknown>): Promise<void> {
  const [{ at }] = await query('select clock_timestamp()::text as at'); // as text, which keeps the microseconds
  await work();
  const key = (task.context.key as string | undefined) ?? '';
  await query('insert into spans (key, began_at, ended_at) values ($1, $2, clock_timestamp())', key, at);
}
