import { describe, expect, it } from '@jest/globals';
import { connect, usePersistence } from '../../support/persistence.js';

const persistence = usePersistence();

interface Found {
  readonly task: string;
  readonly step: string;
  readonly writers: readonly string[];
}

async function look(): Promise<Found> {
  const [row] = await persistence.query<{ found: Found }>('select __schema__.look_for_changes(null, null) as found');
  return row!.found;
}

describe('the histories', () => {
  it('have given out no id before anything has happened', async () => {
    expect(await look()).toMatchObject({ task: '0', step: '0', writers: [] });
  });

  it.each(['task_transitions', 'workflow_step_transitions'])('name who may still add to %s', async (table) => {
    const writer = await connect(persistence.url);
    try {
      await writer.query('begin');
      await writer.query(`lock table tasker.${table} in row exclusive mode`); // as an insert does
      expect((await look()).writers).toHaveLength(1);
      await writer.query('commit');
      expect((await look()).writers).toEqual([]);
    } finally {
      await writer.end();
    }
  });
});
