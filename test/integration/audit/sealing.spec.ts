import { beforeEach, describe, expect, it } from '@jest/globals';
import { AuditSealer } from '../../../lib/audit/audit.sealer.js';
import { StandingFaults } from '../../../lib/background/standing.faults.js';
import type { AuditGateway } from '../../../lib/persistence/audit.gateway.js';
import { amount } from '../../support/amount.js';
import { anEntry, gatewayOn, useAuditLab } from '../../support/audit.lab.js';
import { connect, openPersistence } from '../../support/persistence.js';
import { lockWaited } from '../../support/waiting.js';

const lab = useAuditLab();
const { query } = lab;
let shop: string;

beforeEach(async () => {
  shop = await lab.namespace();
});

const sealerOn = (gateway: AuditGateway) => new AuditSealer(gateway, new StandingFaults());
const note = 'select tasker.note_audit_entry($1)';
const sealAll = () => sealerOn(lab.gateway).runOnce();

/** The subjects of the entries of the namespace, in the order of the chain, which must be valid. */
async function sealedSubjects(): Promise<readonly string[]> {
  const count = await query<{ count: string }>(
    'select count(*) from __schema__.audit_inbox where namespace = $1',
    shop,
  );
  const { isValid, entries } = await lab.verify(shop);
  const rows = await query<{ id: string; seq: string }>(
    'select subject_id as id, seq from __schema__.audit_log where namespace = $1 order by seq',
    shop,
  );
  expect({ waiting: count[0]!.count, isValid, entries, last: rows.at(-1)?.seq }).toEqual({
    ...{ waiting: '0', isValid: true, entries: rows.length, last: rows.length === 0 ? undefined : String(rows.length) },
  });
  return rows.map(({ id }) => id);
}

const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index));
const inOrder = (found: readonly string[]) => [...found].sort((a, b) => Number(a) - Number(b));

describe('sealing', () => {
  it('takes the entries of all namespaces, and those of a namespace in batches', async () => {
    const other = await lab.namespace();
    await lab.gateway.note(ids(2_050).map((id) => anEntry(shop, { id })));
    await lab.gateway.note([anEntry(other), anEntry('nowhere')]);
    expect(await sealAll()).toBe(2_052);
    expect(await sealAll()).toBe(0);
    expect(await sealedSubjects()).toEqual(ids(2_050));
    expect((await lab.verify('')).entries).toBe(1);
  });

  it('goes on with other namespaces if somebody has changed a chain', async () => {
    await lab.write(shop, 1);
    await query('update __schema__.audit_chains set seq = 0 where namespace = $1', shop);
    const other = await lab.namespace();
    await lab.gateway.note([anEntry(shop), anEntry(other)]);
    await expect(sealAll()).rejects.toThrow('duplicate key');
    expect((await lab.verify(other)).entries).toBe(1);
    await query('update __schema__.audit_chains set seq = 1 where namespace = $1', shop);
    await query('delete from __schema__.audit_inbox where namespace = $1', shop);
  });

  it('by several processes at once leaves one chain without gaps', async () => {
    const others = await Promise.all([1, 2, 3].map(() => openPersistence(lab.url)));
    const sealers = [lab, ...others].map(({ dataSource }) => sealerOn(gatewayOn(dataSource)));
    const COUNT = 400;
    let isWriting = true;
    const sealing = sealers.map(async (sealer) => {
      while (isWriting) await sealer.runOnce();
    });
    for (let first = 0; first < COUNT; first += 20) {
      await lab.gateway.note(ids(20).map((id) => anEntry(shop, { id: String(first + Number(id)) })));
    }
    isWriting = false;
    await Promise.all(sealing);
    await sealAll();
    expect(inOrder(await sealedSubjects())).toEqual(ids(COUNT));
    await Promise.all(others.map((other) => other.close()));
  });

  it('goes on with other namespaces while another process seals one', async () => {
    const other = await lab.namespace();
    await lab.write(shop, 1);
    await lab.gateway.note([anEntry(shop), anEntry(other)]);
    const client = await connect(lab.url);
    await client.query('begin');
    await client.query('select from tasker.audit_chains where namespace = $1 for update', [shop]);
    expect(await sealAll()).toBe(1);
    await client.query('rollback');
    await client.end();
    expect(await sealAll()).toBe(1);
  });

  it('takes entries that are committed after later ones', async () => {
    const client = await connect(lab.url);
    await client.query('begin');
    await client.query(note, [anEntry(shop, { id: '1' })]);
    await lab.gateway.note([anEntry(shop, { id: '2' })]);
    await sealAll();
    await client.query('commit');
    await client.end();
    expect(await sealAll()).toBe(1);
    expect(await sealedSubjects()).toEqual(['2', '1']);
  });

  it('has no entry of what was rolled back', async () => {
    const client = await connect(lab.url);
    await client.query('begin');
    await client.query(note, [anEntry(shop)]);
    await client.query('rollback');
    await client.end();
    expect(await sealAll()).toBe(0);
    expect(await sealedSubjects()).toEqual([]);
  });

  it.each(['audit_inbox', 'audit_log'])('that dies when it comes to %s leaves everything as it was', async (table) => {
    await lab.write(shop, 2);
    await lab.gateway.note([anEntry(shop, { id: '8' }), anEntry(shop, { id: '9' })]);
    const client = await connect(lab.url);
    await client.query(`begin; lock table tasker.${table} in share mode`);
    const sealing = sealAll();
    sealing.catch(() => undefined); // expected below
    await lockWaited(client, 'with seal as materialized');
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query like '%with seal as materialized%'`,
    );
    await expect(sealing).rejects.toThrow();
    await client.query('commit');
    await client.end();
    expect(await query('select seq from __schema__.audit_chains where namespace = $1', shop)).toEqual([{ seq: '2' }]);
    expect(await sealAll()).toBe(2);
    expect(await sealedSubjects()).toEqual(['0', '1', '8', '9']);
  });

  it('neither loses nor doubles an entry, however often it is killed', async () => {
    const killer = await connect(lab.url);
    const COUNT = amount({ short: 150, full: 2_000 });
    const other = await openPersistence(lab.url);
    let isWriting = true;
    const sealing = [lab, other].map(async ({ dataSource }) => {
      const sealer = sealerOn(gatewayOn(dataSource));
      while (isWriting) await sealer.runOnce().catch(() => undefined); // it is tried again, as by the background service
    });
    for (let id = 0; id < COUNT; id++) {
      await killer.query(note, [anEntry(shop, { id: String(id) })]);
      if (id % 10 === 0) {
        await killer.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
        );
      }
    }
    isWriting = false;
    await Promise.all(sealing);
    await killer.end();
    await sealAll();
    expect(inOrder(await sealedSubjects())).toEqual(ids(COUNT));
    await other.close();
  });
});
