import type pg from 'pg';
import { connect } from './persistence.js';
import { lockWaited } from './waiting.js';

/** What a session does in a transaction that it has not ended when another one comes. */
type Hold = (holder: pg.Client) => Promise<unknown>;

/**
 * What `act` answers while a session holds what `hold` locked.
 * @throws when it comes to wait for that session
 */
export async function whileHeld<T>(url: string, hold: Hold, act: () => Promise<T>): Promise<T> {
  const holder = await connect(url);
  try {
    await holder.query('begin');
    await hold(holder);
    const acting = act();
    const isOver = acting.then(
      () => true,
      () => true,
    );
    const later = () => new Promise<boolean>((resolve) => setTimeout(resolve, 2, false));
    while (!(await Promise.race([isOver, later()]))) {
      if (await isWaitedFor(holder)) throw new Error('It waits for a session for which it must not wait.');
    }
    return await acting;
  } finally {
    await holder.query('rollback');
    await holder.end();
  }
}

async function isWaitedFor(holder: pg.Client): Promise<boolean> {
  const { rowCount } = await holder.query(
    `select from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))`,
  );
  return rowCount !== 0;
}

export interface Wait {
  /** Part of the statement that waits. */
  readonly statement: string;
  /** How the other session ends its transaction. @default 'commit' */
  readonly end?: 'commit' | 'rollback';
  /** Happens while it waits. */
  readonly meanwhile?: Hold;
}

/** What `act` answers, which comes to wait for a session that holds what `hold` locked. */
export async function afterHeld<T>(
  url: string,
  hold: Hold,
  act: () => Promise<T>,
  { statement, end = 'commit', meanwhile }: Wait,
): Promise<T> {
  const holder = await connect(url);
  try {
    await holder.query('begin');
    await hold(holder);
    const acting = act();
    acting.catch(() => undefined); // the caller that awaits it gets the error
    await lockWaited(holder, statement);
    await meanwhile?.(holder);
    await holder.query(end);
    return await acting;
  } finally {
    await holder.end();
  }
}
