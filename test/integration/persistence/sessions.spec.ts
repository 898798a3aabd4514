import { describe, expect, it } from '@jest/globals';
import { Database } from '../../../lib/persistence/database.js';
import type { HostSettings } from '../../support/host.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();

/** On a server where transactions are serializable by default. */
const extra = { options: '-c default_transaction_isolation=serializable' };
const dataSource = { extra } as HostSettings['dataSource'] & object;

describe('a transaction of the engine', () => {
  it('sees what others commit, whatever the isolation level of the server is', async () => {
    const { get } = await lab.open({ dataSource });
    const shown = await get(Database).withSession((session) =>
      session.transaction(() => session.query('show transaction_isolation')),
    );
    expect(shown).toEqual([{ transaction_isolation: 'read committed' }]);
  });

  it('that fails leaves its connection to the next one', async () => {
    const database = (await lab.open({ dataSource })).get(Database);
    const pid = () => database.withSession((session) => session.query('select pg_backend_pid() as pid'));
    const before = await pid();
    const failing = database.withSession((session) => session.transaction(() => session.query('select 1 / 0')));
    await expect(failing).rejects.toThrow('division by zero');
    expect(await pid()).toEqual(before);
  });
});
