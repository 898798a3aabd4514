import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditHead } from '../../../lib/persistence/audit.gateway.js';
import { AuditVerifier } from '../../../lib/audit/audit.verifier.js';
import { gatewayOn, REHASHED, useAuditLab } from '../../support/audit.lab.js';
import { openPersistence } from '../../support/persistence.js';

const lab = useAuditLab();
const { query, rehash, reseal } = lab;
const COUNT = 8;
let shop: string;

beforeEach(async () => {
  shop = await lab.namespace();
  await lab.write(shop, COUNT);
});

const update = (set: string, seq: number) =>
  query(`update __schema__.audit_log e set ${set} where e.namespace = $1 and e.seq = $2`, shop, seq);
const remove = (condition: string) =>
  query(`delete from __schema__.audit_log e where e.namespace = $1 and ${condition}`, shop);
/** Where the primary key would be in the way for a moment. */
const renumber = async (expression: string, condition: string) => {
  await query(`update __schema__.audit_log e set seq = e.seq + 1000 where e.namespace = $1 and ${condition}`, shop);
  await query(`update __schema__.audit_log e set seq = ${expression} where e.namespace = $1 and e.seq > 1000`, shop);
};
/** A row like another one, with a hash that fits its place. */
const insertAt = async (seq: number, like: number) => {
  await query(
    `insert into __schema__.audit_log
     select (jsonb_populate_record(e, jsonb_build_object('seq', $3::bigint, 'entry_id', e.entry_id + 1000000,
       'previous_hash', coalesce((select p.hash from __schema__.audit_log p where p.namespace = $1 and p.seq = $3 - 1),
         decode(repeat('00', 32), 'hex'))))).*
     from __schema__.audit_log e where e.namespace = $1 and e.seq = $2`,
    shop,
    like,
    seq,
  );
  await rehash(shop, seq);
};
const published = async (): Promise<readonly AuditHead[]> => (await lab.verify(shop)).heads;
const moveHead = (seq: number) =>
  query(
    `update __schema__.audit_chains c set seq = e.seq, hash = e.hash from __schema__.audit_log e
     where c.namespace = $1 and e.namespace = $1 and e.seq = $2`,
    shop,
    seq,
  );

describe('a chain that nobody has tampered with', () => {
  it('is valid', async () => {
    expect(await lab.verify(shop, await published())).toEqual({
      ...{ isValid: true, entries: COUNT, erased: 0, faults: [] },
      heads: [{ namespace: shop, seq: String(COUNT), hash: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
  });

  it('has hashes that anyone can compute', async () => {
    const rows = await query(
      `select e.hash = ${REHASHED} as "isSame",
         e.details_hash = sha256(convert_to(encode(e.details_salt, 'hex') || e.details::text, 'UTF8')) as "areDetails",
         e.previous_hash = coalesce(lag(e.hash) over (order by e.seq), decode(repeat('00', 32), 'hex')) as "follows"
       from __schema__.audit_log e where e.namespace = $1`,
      shop,
    );
    expect(rows).toEqual(Array.from({ length: COUNT }, () => ({ isSame: true, areDetails: true, follows: true })));
  });

  it('is still valid when details are erased, which are counted', async () => {
    await query(
      'update __schema__.audit_log set details = null, details_salt = null where namespace = $1 and seq in (2, 8)',
      shop,
    );
    expect(await lab.verify(shop)).toMatchObject({ isValid: true, entries: COUNT, erased: 2 });
  });

  it('has nothing to do with other chains', async () => {
    const other = await lab.namespace();
    await lab.write(other, 2);
    await query('update __schema__.audit_log set actor = $2 where namespace = $1', other, 'bob');
    expect(await lab.faults(shop)).toEqual([]);
    expect(await lab.faults(other)).toEqual(['changed 1-2']);
  });
});

describe('a changed field', () => {
  /** Another value for each type of column. */
  const OTHER: Readonly<Record<string, string>> = {
    text: `coalesce(e.%, '') || 'x'`,
    bigint: 'coalesce(e.%, 0) + 1000',
    'timestamp with time zone': `e.% + interval '1 microsecond'`,
    bytea: 'set_byte(e.%, 5, 255 - get_byte(e.%, 5))',
    jsonb: `e.% || '{"reason": "x"}'`,
  };

  it('is found at its row, in each column', async () => {
    const columns = await query<{ name: string; type: string }>(
      `select column_name as name, data_type as type from information_schema.columns
       where table_schema = '__schema__' and table_name = 'audit_log' order by ordinal_position`,
    );
    expect(columns.length).toBeGreaterThanOrEqual(21);
    const found: Record<string, readonly string[]> = {};
    for (const { name, type } of columns) {
      shop = await lab.namespace();
      await lab.write(shop, COUNT);
      await update(`${name} = ${OTHER[type]!.replaceAll('%', name)}`, 3);
      found[name] = await lab.faults(shop);
    }
    const { namespace, seq, ...fields } = found;
    expect(namespace).toEqual(['missing 3']);
    expect(seq).toEqual(['missing 3', 'missing 9-1002', 'changed 1003', 'inserted 9-1003']);
    for (const [column, faults] of Object.entries(fields)) expect([column, faults]).toEqual([column, ['changed 3']]);
  });

  it.each([1, 5, COUNT])('is found at row %i, although its hash was computed again', async (seq) => {
    await update(`actor = 'bob'`, seq);
    await rehash(shop, seq);
    expect(await lab.faults(shop)).toEqual([`changed ${seq}`]);
  });

  it('is found in the first and in the last row', async () => {
    await update(`actor = 'bob'`, 1);
    await update(`occurred_at = now()`, COUNT);
    expect(await lab.faults(shop)).toEqual(['changed 1', `changed ${COUNT}`]);
  });

  it('is found if a null becomes a number', async () => {
    await update(`task_id = 0`, 4);
    expect(await lab.faults(shop)).toEqual(['changed 4']);
  });

  it('is found if a text moves to the next field', async () => {
    await update('subject_id = null, task_id = e.subject_id::bigint', 4);
    expect(await lab.faults(shop)).toEqual(['changed 4']);
  });
});

describe('a removed row', () => {
  it.each([
    ['in the middle', 'e.seq = 4', ['missing 4']],
    ['at the beginning', 'e.seq = 1', ['missing 1']],
    ['at the end', `e.seq = ${COUNT}`, [`missing ${COUNT}`]],
    ['with others', 'e.seq in (2, 4, 5, 8)', ['missing 2', 'missing 4-5', 'missing 8']],
    ['with all others', 'true', [`missing 1-${COUNT}`]],
  ])('is found %s', async (_, condition, expected) => {
    await remove(condition);
    expect(await lab.faults(shop)).toEqual(expected);
  });

  it('is found after a removed row whose follower was changed', async () => {
    await remove('e.seq = 4');
    await update(`actor = 'bob'`, 5);
    await rehash(shop, 5);
    expect(await lab.faults(shop)).toEqual(['missing 4', 'changed 5']);
  });

  it('is found if those after it were moved up', async () => {
    await remove('e.seq = 4');
    await renumber('e.seq - 1001', 'e.seq > 4');
    expect((await lab.faults(shop))[0]).toBe('changed 4-7');
  });

  it('is not excused by a chain that says so', async () => {
    await query(
      `update __schema__.audit_chains c set removed_seq = 3, removed_hash = e.hash from __schema__.audit_log e
       where c.namespace = $1 and e.namespace = $1 and e.seq = 3`,
      shop,
    );
    expect(await lab.faults(shop)).toEqual(['inserted 1-3', 'missing 1-3']);
    await remove('e.seq <= 3');
    expect(await lab.faults(shop)).toEqual(['missing 1-3']);
  });
});

describe('rows in another order', () => {
  it('are found if they have each other’s contents', async () => {
    await renumber('case e.seq when 1003 then 6 else 3 end', 'e.seq in (3, 6)');
    expect(await lab.faults(shop)).toEqual(['changed 3', 'changed 6']);
  });

  it('are found if they are neighbours', async () => {
    await renumber('case e.seq when 1003 then 4 else 3 end', 'e.seq in (3, 4)');
    expect(await lab.faults(shop)).toContain('changed 3-4');
  });

  it('are found if only what happened is exchanged', async () => {
    await query(
      `update __schema__.audit_log e set actor = 'eve', subject_id = o.subject_id from __schema__.audit_log o
       where e.namespace = $1 and o.namespace = $1 and e.seq in (2, 7) and o.seq in (2, 7) and o.seq <> e.seq`,
      shop,
    );
    expect(await lab.faults(shop)).toEqual(['changed 2', 'changed 7']);
  });
});

describe('an inserted row', () => {
  it('is found after the head', async () => {
    await insertAt(COUNT + 1, 2);
    expect(await lab.faults(shop)).toEqual([`inserted ${COUNT + 1}`]);
  });

  it.each([1, 4, COUNT])('is found in place %i, from which others have given way', async (seq) => {
    await renumber('e.seq - 999', `e.seq >= ${seq}`);
    await insertAt(seq, COUNT + 1);
    const [first, second] = await lab.faults(shop);
    const inserted = seq === COUNT ? `inserted ${seq}-${seq + 1}` : `inserted ${seq}`;
    const changed = seq === COUNT ? `changed ${seq + 1}` : `changed ${seq + 1}-${COUNT + 1}`;
    expect([first, second]).toEqual([inserted, changed]);
  });

  it('is found in a place that another row has', async () => {
    await query('alter table __schema__.audit_log drop constraint audit_log_pkey');
    await query(
      `insert into __schema__.audit_log select (jsonb_populate_record(e, '{"entry_id": 99999999}')).*
       from __schema__.audit_log e where e.namespace = $1 and e.seq = 5`,
      shop,
    );
    expect((await lab.faults(shop)).length).toBeGreaterThan(0);
    await query('delete from __schema__.audit_log where entry_id = 99999999');
    await query('alter table __schema__.audit_log add primary key (namespace, seq)');
  });

  it('is found in a chain that is not noted', async () => {
    await query('delete from __schema__.audit_chains where namespace = $1', shop);
    expect(await lab.faults(shop)).toEqual([`inserted 1-${COUNT}`]);
  });
});

describe('a head that was published', () => {
  it('shows that the end was cut off, although the head was moved back', async () => {
    const heads = await published();
    await remove('e.seq > 5');
    await moveHead(5);
    expect(await lab.faults(shop)).toEqual([]);
    expect(await lab.faults(shop, heads)).toEqual([`missing 6-${COUNT}`]);
  });

  it('shows that other entries have taken the places of those that were cut off', async () => {
    const heads = await published();
    await remove('e.seq > 5');
    await moveHead(5);
    await lab.write(shop, 6);
    expect(await lab.faults(shop)).toEqual([]);
    expect(await lab.faults(shop, heads)).toEqual([`resealed ${COUNT}`]);
  });

  it('shows that a chain was computed again', async () => {
    const heads = await published();
    await update(`actor = 'bob'`, 3);
    await rehash(shop, 3);
    await reseal(shop, 4);
    expect(await lab.faults(shop)).toEqual([]);
    expect(await lab.faults(shop, heads)).toEqual([`resealed ${COUNT}`]);
  });

  it('shows so even if a forged head was published, too', async () => {
    const heads = await published();
    await update(`actor = 'bob'`, 3);
    await rehash(shop, 3);
    await reseal(shop, 4);
    expect(await lab.faults(shop, [...heads, ...(await published())])).toEqual([`resealed ${COUNT}`]);
    expect(await lab.faults(shop, [...(await published()), ...heads])).toEqual([`resealed ${COUNT}`]);
  });

  it('shows that a chain was removed', async () => {
    const heads = await published();
    await remove('true');
    await query('delete from __schema__.audit_chains where namespace = $1', shop);
    expect(await lab.faults(shop)).toEqual([]);
    expect(await lab.faults(shop, heads)).toEqual([`missing 1-${COUNT}`]);
  });

  it('of another chain says nothing', async () => {
    const other = await lab.namespace();
    await lab.write(other, COUNT);
    expect(await lab.faults(shop, (await lab.verify(other)).heads)).toEqual([]);
  });

  it('is older than the chain', async () => {
    const heads = await published();
    await lab.write(shop, 3);
    expect(await lab.faults(shop, heads)).toEqual([]);
    await moveHead(5);
    expect(await lab.faults(shop, heads)).toEqual([`inserted 6-${COUNT + 3}`]);
  });
});

describe('a head that was changed', () => {
  it('is found', async () => {
    await query(`update __schema__.audit_chains set hash = sha256('') where namespace = $1`, shop);
    expect(await lab.faults(shop)).toEqual([`changed ${COUNT}`]);
    await query(`update __schema__.audit_chains set seq = 12 where namespace = $1`, shop);
    expect(await lab.faults(shop)).toEqual([`missing ${COUNT + 1}-12`]);
  });
});

describe('functions of the database that hide those of PostgreSQL', () => {
  it('are not used', async () => {
    await query('create schema evil');
    await query(`create function evil.encode(bytea, text) returns text language sql as $$ select 'same' $$`);
    const [{ name }] = (await query<{ name: string }>('select current_database() as name')) as [{ name: string }];
    await update(`actor = 'bob'`, 3);
    await query(`alter role current_user in database "${name}" set search_path to evil, pg_catalog, public`);
    try {
      const fresh = await openPersistence(lab.url);
      expect(await fresh.query(`select encode('', 'hex') as text`)).toEqual([{ text: 'same' }]);
      const { faults } = await new AuditVerifier(gatewayOn(fresh.dataSource)).verify([shop]);
      expect(faults).toEqual([{ namespace: shop, seq: '3', throughSeq: '3', kind: 'changed' }]);
      await fresh.close();
    } finally {
      await query(`alter role current_user in database "${name}" reset search_path`);
    }
  });
});
