import type pg from 'pg';
import { connect } from './persistence.js';
import { lockWaited } from './waiting.js';

/** What a session does in a transaction that it has not ended when another one comes. */
type Hold = (holder: pg.Client) => Promise<unknown>;

/** What `act` answers while a session holds what `hold` locked; it must not wait for that. */
export async function whileHeld<T>(url: string, hold: Hold, act: () => Promise<T>): Promise<T> {
  const holder = await connect(url);
  try {
    await holder.query('begin');
    await hold(holder);
    return await act();
  } finally {
    await holder.query('rollback');
    await holder.end();
  }
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
    acting.catch(() => undefined); // whoever asks for it is told
    await lockWaited(holder, statement);
    await meanwhile?.(holder);
    await holder.query(end);
    return await acting;
  } finally {
    await holder.end();
  }
}
