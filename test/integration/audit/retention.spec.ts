import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AuditRetention } from '../../../lib/audit/audit.retention.js';
import { sealed } from '../../../lib/audit/audit.chain.js';
import { AuditVerifier } from '../../../lib/audit/audit.verifier.js';
import { StandingFaults } from '../../../lib/background/standing.faults.js';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import type { AuditHead } from '../../../lib/persistence/audit.gateway.js';
import { anEntry, useAuditLab } from '../../support/audit.lab.js';
import { connect } from '../../support/persistence.js';

const lab = useAuditLab();
const { query } = lab;
let shop: string;

beforeEach(async () => {
  await query(`alter table __schema__.audit_log enable trigger user`);
  shop = await lab.namespace();
});

/** Stores and seals entries that are so many days old. */
async function write(count: number, days: number): Promise<void> {
  const at = new Date(Date.now() - days * 86_400_000).toISOString();
  await lab.gateway.note(Array.from({ length: count }, () => anEntry(shop, { at })));
  await lab.gateway.seal(shop, count, sealed);
}
const sweep = (keepDays: number | null = 30) =>
  new AuditRetention(resolveOptions({ audit: { keepDays } }), lab.gateway, new StandingFaults()).runOnce();
const removeSome = (limit: number) => lab.gateway.removeOld(shop, 30 * 86_400, limit, sealed);
const seqs = async () =>
  (await query<{ seq: string }>('select seq from __schema__.audit_log where namespace = $1 order by seq', shop)).map(
    ({ seq }) => Number(seq),
  );
const tampering = async (sql: string, ...parameters: readonly unknown[]) => {
  await query('alter table __schema__.audit_log disable trigger user');
  await query(sql, shop, ...parameters);
};

describe('entries that are old enough', () => {
  it('are removed from the beginning of the chain, which says so and stays valid', async () => {
    await write(3, 31);
    await write(2, 29);
    const [third] = await query<{ hash: string }>(
      `select encode(hash, 'hex') as hash from __schema__.audit_log where namespace = $1 and seq = 3`,
      shop,
    );
    const said = jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    expect(await sweep()).toBe(3);
    expect(said).toHaveBeenCalledWith('Removed 3 old entries of the audit log.');
    expect(await seqs()).toEqual([4, 5, 6]);
    expect(
      await query(
        'select operation, details, outcome from __schema__.audit_log where namespace = $1 and seq = 6',
        shop,
      ),
    ).toEqual([
      {
        ...{ operation: 'removeAuditEntries', outcome: 'done' },
        details: { fromSeq: '1', throughSeq: '3', hash: third!.hash },
      },
    ]);
    expect(await lab.verify(shop)).toMatchObject({ isValid: true, entries: 3, faults: [] });
  });

  it('are kept if nothing says when they are', async () => {
    await write(3, 40_000);
    expect(await sweep(null)).toBe(0);
    expect(await seqs()).toEqual([1, 2, 3]);
  });

  it('are kept if one before them is not', async () => {
    await write(1, 31);
    await write(1, 29);
    await write(2, 31);
    expect(await removeSome(10)).toBe(1);
    expect(await seqs()).toEqual([2, 3, 4, 5]);
  });

  it('are removed in batches, each with an entry of its own', async () => {
    await write(5, 31);
    await write(1, 1);
    const { heads } = await lab.verify(shop);
    expect([await removeSome(2), await removeSome(2), await removeSome(2), await removeSome(2)]).toEqual([2, 2, 1, 0]);
    expect(await seqs()).toEqual([6, 7, 8, 9]);
    expect(await lab.faults(shop, heads)).toEqual([]);
  });

  it('are all removed, with entries about earlier removals, but not those alone', async () => {
    await write(3, 31);
    expect(await removeSome(10)).toBe(3);
    expect(await seqs()).toEqual([4]);
    await tampering(`update __schema__.audit_log set occurred_at = now() - interval '31 days' where namespace = $1`);
    expect(await removeSome(10)).toBe(0);
    await write(1, 31);
    expect(await removeSome(10)).toBe(2);
    expect(await seqs()).toEqual([6]);
    expect(await lab.faults(shop)).toEqual([]);
  });

  it('do not take entries with them that wait to be sealed', async () => {
    await write(2, 31);
    await lab.gateway.note([anEntry(shop)]);
    expect(await removeSome(10)).toBe(2);
    await lab.gateway.seal(shop, 10, sealed);
    expect(await seqs()).toEqual([3, 4]);
    expect(await lab.faults(shop)).toEqual([]);
  });

  it('are passed over while another process seals', async () => {
    await write(2, 31);
    const client = await connect(lab.url);
    await client.query('begin');
    await client.query('select from tasker.audit_chains where namespace = $1 for update', [shop]);
    expect(await removeSome(10)).toBe(0);
    await client.query('rollback');
    await client.end();
    expect(await seqs()).toEqual([1, 2]);
  });

  it('can be removed while the chain is verified', async () => {
    await write(6, 31);
    await write(6, 1);
    const { gateway } = lab;
    let reads = 0;
    const meanwhile = {
      chains: (namespaces: readonly string[] | null) => gateway.chains(namespaces),
      entriesAfter: async (namespace: string, seq: string) => {
        const entries = await gateway.entriesAfter(namespace, seq, 2);
        if (++reads === 2) await removeSome(5);
        if (reads === 3) await removeSome(5);
        return entries;
      },
      soundRange: () => Promise.resolve(null),
    };
    const { faults, entries } = await new AuditVerifier(meanwhile).verify([shop]);
    expect(faults).toEqual([]);
    expect(entries).toBeGreaterThan(8);
  });
});

describe('a beginning that was removed otherwise', () => {
  const heads = async (): Promise<readonly AuditHead[]> => (await lab.verify(shop)).heads;

  it('is missing if no entry says so', async () => {
    await write(4, 31);
    await tampering(
      `with removed as (delete from __schema__.audit_log where namespace = $1 and seq <= 2 returning seq, hash)
       update __schema__.audit_chains c set removed_seq = 2, removed_hash = r.hash from removed r
       where c.namespace = $1 and r.seq = 2`,
    );
    expect(await lab.faults(shop)).toEqual(['missing 1-2']);
  });

  it('is missing if the entry says something else', async () => {
    await write(4, 31);
    await write(4, 1);
    await removeSome(10);
    await tampering(
      `with removed as (delete from __schema__.audit_log where namespace = $1 and seq = 5 returning hash)
       update __schema__.audit_chains c set removed_seq = 5, removed_hash = r.hash from removed r where c.namespace = $1`,
    );
    expect(await lab.faults(shop)).toEqual(['missing 1-5']);
  });

  it('is missing if the details of the entry about it were erased', async () => {
    await write(4, 31);
    await removeSome(10);
    const published = await heads();
    await tampering(
      'update __schema__.audit_log set details = null, details_salt = null where namespace = $1 and seq = 5',
    );
    expect(await lab.faults(shop, published)).toEqual(['missing 1-4']);
  });

  it('is missing if the entry about it was changed', async () => {
    await write(4, 31);
    await removeSome(10);
    await tampering(`update __schema__.audit_log set actor = 'bob' where namespace = $1`);
    expect(await lab.faults(shop)).toEqual(['changed 5', 'missing 1-4']);
  });

  it('is missing if a request only looks like that entry', async () => {
    await write(2, 31);
    await tampering(
      `with removed as (delete from __schema__.audit_log where namespace = $1 and seq <= 2 returning seq, hash)
       update __schema__.audit_chains c set removed_seq = 2, removed_hash = r.hash from removed r
       where c.namespace = $1 and r.seq = 2`,
    );
    const [chain] = await lab.gateway.chains([shop]);
    const details = { throughSeq: '2', hash: chain!.removed.hash };
    await lab.gateway.note([anEntry(shop, { actor: 'removeAuditEntries', details })]);
    await lab.gateway.seal(shop, 1, sealed);
    expect(await lab.faults(shop)).toEqual(['missing 1-2']);
  });

  it('has faults if entries are there again', async () => {
    await write(3, 31);
    await removeSome(10);
    await tampering(
      `insert into __schema__.audit_log select (jsonb_populate_record(e, '{"seq": 2, "entry_id": 987654321}')).*
       from __schema__.audit_log e where e.namespace = $1`,
    );
    expect(await lab.faults(shop)).toEqual(['inserted 2']);
  });
});

describe('the table', () => {
  it.each([
    ['an update', 'update __schema__.audit_log set actor = null'],
    ['a removal', 'delete from __schema__.audit_log where seq = 1'],
    ['a removal of everything', 'delete from __schema__.audit_log'],
    ['an emptying', 'truncate __schema__.audit_log'],
  ])('refuses %s', async (_, sql) => {
    await write(3, 31);
    await expect(query(sql)).rejects.toThrow('cannot be changed or removed');
    expect(await seqs()).toEqual([1, 2, 3]);
  });
});
