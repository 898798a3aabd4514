import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditHead } from '../../../lib/persistence/audit.gateway.js';
import { amount } from '../../support/amount.js';
import { REHASHED, useAuditLab } from '../../support/audit.lab.js';

const lab = useAuditLab();
const { query } = lab;
const COUNT = 7;
const RUNS = amount({ short: 25, full: 400 });

/** What is done to the rows of a chain, each to one that may have been removed before. */
const TAMPERS: Readonly<Record<string, (namespace: string, seq: number, other: number) => Promise<unknown>>> = {
  change: (shop, seq) => update(shop, seq, `actor = e.actor || 'x'`),
  changeDetails: (shop, seq) => update(shop, seq, `details = e.details || '{"reason": "x"}'`),
  changeBack: (shop, seq) => update(shop, seq, `actor = 'ann'`),
  rehash: (shop, seq) => lab.rehash(shop, seq),
  reseal: (shop, seq) => lab.reseal(shop, seq),
  remove: (shop, seq) => query('delete from __schema__.audit_log where namespace = $1 and seq = $2', shop, seq),
  exchange: async (shop, seq, other) => {
    await update(shop, seq, 'seq = 100');
    await update(shop, other, `seq = ${seq}`);
    await update(shop, 100, `seq = ${other}`);
  },
  cut: async (shop, seq) => {
    await query('delete from __schema__.audit_log where namespace = $1 and seq > $2', shop, seq);
    await query(
      `update __schema__.audit_chains c set seq = e.seq, hash = e.hash from __schema__.audit_log e
       where c.namespace = $1 and e.namespace = $1 and e.seq = $2`,
      shop,
      seq,
    );
  },
  erase: (shop, seq) => update(shop, seq, 'details = null, details_salt = null'),
};

const update = (namespace: string, seq: number, set: string) =>
  query(`update __schema__.audit_log e set ${set} where e.namespace = $1 and e.seq = $2`, namespace, seq);

const place = fc.integer({ min: 1, max: COUNT });
const tampering = fc.array(fc.tuple(fc.constantFrom(...Object.keys(TAMPERS)), place, place), { maxLength: 4 });

/** The rows as texts, by place; details that were erased, with their salt, count as unchanged. */
async function rowsOf(
  namespace: string,
): Promise<ReadonlyMap<number, { readonly text: string; readonly hash: string }>> {
  const rows = await query<{ seq: string; text: string; hash: string }>(
    `select e.seq, encode(e.hash, 'hex') as hash, (to_jsonb(e) - 'details' - 'details_salt')::text || (
       e.details is null or e.details_hash = sha256(convert_to(encode(e.details_salt, 'hex') || e.details::text, 'UTF8'))
     )::text as text
     from __schema__.audit_log e where e.namespace = $1`,
    namespace,
  );
  return new Map(rows.map(({ seq, ...row }) => [Number(seq), row]));
}

/** What makes a chain valid, in one statement and without the verifier. */
async function isConsistent(namespace: string): Promise<boolean> {
  const [answer] = await query<{ isConsistent: boolean }>(
    `with row as (
       select e.*, ${REHASHED} as own, lag(e.hash) over w as before, row_number() over w as place
       from __schema__.audit_log e where e.namespace = $1 window w as (order by e.seq)
     )
     select coalesce(bool_and(
         r.hash = r.own and r.seq = r.place and r.previous_hash = coalesce(r.before, decode(repeat('00', 32), 'hex'))
         and (r.details is null or
           r.details_hash = sha256(convert_to(encode(r.details_salt, 'hex') || r.details::text, 'UTF8')))
       ), true) and count(*) = (select c.seq from __schema__.audit_chains c where c.namespace = $1)
       and (select c.hash from __schema__.audit_chains c where c.namespace = $1)
         = coalesce((array_agg(r.hash order by r.seq desc))[1], decode(repeat('00', 32), 'hex')) as "isConsistent"
     from row r`,
    namespace,
  );
  return answer!.isConsistent;
}

describe('a chain that was tampered with at random', () => {
  it('has its first fault at the first row that is not what it was, and none without such a row', async () => {
    await fc.assert(
      fc.asyncProperty(tampering, async (tampers) => {
        const shop = await lab.namespace();
        await lab.write(shop, COUNT);
        const before = await rowsOf(shop);
        for (const [name, seq, other] of tampers) await TAMPERS[name]!(shop, seq, other);
        const after = await rowsOf(shop);
        const first = [...before.keys()]
          .sort((a, b) => a - b)
          .find((seq) => before.get(seq)!.text !== after.get(seq)?.text);
        const published = [...before].map(([seq, { hash }]): AuditHead => ({
          namespace: shop,
          seq: String(seq),
          hash,
        }));

        const { faults } = await lab.verify(shop, published);
        const isHeadMoved = faults.length > 0 && first === undefined && !(await isConsistent(shop));
        if (!isHeadMoved)
          expect(faults.length === 0 ? undefined : Math.min(...faults.map(({ seq }) => Number(seq)))).toBe(first);
        expect((await lab.verify(shop)).isValid).toBe(await isConsistent(shop));
      }),
      { numRuns: RUNS, seed: 20_260 },
    );
  });
});
