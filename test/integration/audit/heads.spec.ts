import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AuditVerifier } from '../../../lib/audit/audit.verifier.js';
import { HeadPublisher } from '../../../lib/audit/head.publisher.js';
import type { AuditHeadsOptions, PublishedAuditHead } from '../../../lib/options/audit-heads.options.js';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import { gatewayOn, useAuditLab } from '../../support/audit.lab.js';
import { openPersistence } from '../../support/persistence.js';

const lab = useAuditLab();
const { query } = lab;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
let folder: string;
let shop: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-heads-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  shop = await lab.namespace();
  await query('update __schema__.audit_chains set published_seq = seq');
});
afterEach(() => void jest.restoreAllMocks());

const publisher = (heads: AuditHeadsOptions, gateway = lab.gateway) =>
  new HeadPublisher(resolveOptions({ audit: { heads: { log: false, ...heads } } }), gateway);
const makeDue = () => query('update __schema__.audit_chains set publish_at = now()');
const verify = (heads: readonly PublishedAuditHead[], key = publicKey) =>
  new AuditVerifier(lab.gateway).verify([shop], heads, key);

/** What the function of the host is given, call by call. */
function collecting(): {
  readonly calls: PublishedAuditHead[][];
  readonly publish: NonNullable<AuditHeadsOptions['publish']>;
} {
  const calls: PublishedAuditHead[][] = [];
  return { calls, publish: (heads) => void calls.push([...heads]) };
}

describe('heads', () => {
  it('are published when they have changed and are due', async () => {
    const { calls, publish } = collecting();
    const service = publisher({ publish, everySeconds: 600 });
    await lab.write(shop, 3);
    expect(await service.runOnce()).toBe(1);
    const { heads } = await lab.verify(shop);
    expect(calls).toEqual([[{ ...heads[0], time: expect.stringMatching(/^\d{4}-.*Z$/), signature: null }]]);
    await makeDue();
    expect(await service.runOnce()).toBe(0); // unchanged
    await lab.write(shop, 1);
    await query(
      `update __schema__.audit_chains set publish_at = now() + interval '590 seconds' where namespace = $1`,
      shop,
    );
    expect(await service.runOnce()).toBe(0); // not due
    await makeDue();
    expect(await service.runOnce()).toBe(1);
    expect(calls[1]).toMatchObject([{ seq: '4' }]);
    const [chain] = await query(
      'select publish_at > now() + interval \'590 seconds\' as "isLater" from __schema__.audit_chains where namespace = $1',
      shop,
    );
    expect(chain).toEqual({ isLater: true });
  });

  it('are published by one of several processes', async () => {
    const others = await Promise.all([1, 2, 3].map(() => openPersistence(lab.url)));
    const { calls, publish } = collecting();
    const publishers = [lab, ...others].map(({ dataSource }) => publisher({ publish }, gatewayOn(dataSource)));
    await lab.write(shop, 1);
    const counts = await Promise.all(publishers.map((each) => each.runOnce()));
    expect(counts.sort()).toEqual([0, 0, 0, 1]);
    expect(calls).toHaveLength(1);
    await Promise.all(others.map((other) => other.close()));
  });

  it('are published again by another process if one dies with its turn', async () => {
    const { calls, publish } = collecting();
    await lab.write(shop, 1);
    expect(await lab.gateway.takeHeads(60)).toHaveLength(1);
    expect(await publisher({ publish }).runOnce()).toBe(0);
    await makeDue();
    expect(await publisher({ publish }).runOnce()).toBe(1);
    expect(calls).toHaveLength(1);
  });

  it('are written to the log', async () => {
    const said = jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    await lab.write(shop, 2);
    await publisher({ log: true }).runOnce();
    const [line] = said.mock.calls[0] as [string];
    expect(JSON.parse(line.slice(line.indexOf('{')))).toMatchObject({ namespace: shop, seq: '2' });
  });

  it('of what belongs to no namespace have null', async () => {
    const { calls, publish } = collecting();
    await lab.write('', 1);
    await publisher({ publish }).runOnce();
    expect(calls[0]).toMatchObject([{ namespace: null }]);
    await query('delete from __schema__.audit_log where namespace = $1', '');
    await query('delete from __schema__.audit_chains where namespace = $1', '');
    expect((await new AuditVerifier(lab.gateway).verify(null, calls[0])).faults).toContainEqual({
      ...{ namespace: null, kind: 'missing', seq: '1', throughSeq: calls[0]![0]!.seq },
    });
  });
});

describe('the file of heads', () => {
  it('is appended to, a line for each head', async () => {
    const file = join(folder, 'heads.jsonl');
    await appendFile(file, '{"time":"2030"'); // by a process that was killed
    for (const count of [1, 2]) {
      await lab.write(shop, count);
      await makeDue();
      await publisher({ file }).runOnce();
    }
    const lines = (await readFile(file, 'utf8')).split('\n');
    expect(lines).toEqual(['{"time":"2030"', expect.any(String), expect.any(String), '']);
    expect(Object.keys(JSON.parse(lines[1]!) as object)).toEqual(['time', 'namespace', 'seq', 'hash', 'signature']);
    expect([lines[1], lines[2]].map((line) => JSON.parse(line!) as object)).toMatchObject([{ seq: '1' }, { seq: '3' }]);
  });
});

describe('heads that cannot be published', () => {
  it.each<[string, AuditHeadsOptions, string]>([
    [
      'the function throws',
      {
        publish: () => {
          throw new Error('out of order');
        },
      },
      'out of order',
    ],
    ['the promise is rejected', { publish: () => Promise.reject(new Error('out of order')) }, 'out of order'],
    ['the file cannot be opened', { file: '/nowhere/heads.jsonl' }, '/nowhere/heads.jsonl'],
  ])('are published later, if %s', async (_, broken, reason) => {
    await lab.write(shop, 1);
    await expect(publisher(broken).runOnce()).rejects.toThrow(reason);
    await makeDue();
    const { calls, publish } = collecting();
    expect(await publisher({ publish }).runOnce()).toBe(1);
    expect(calls[0]).toMatchObject([{ namespace: shop, seq: '1' }]);
  });

  it('do not delay a shutdown, and are published by another process', async () => {
    await lab.write(shop, 1);
    const ending = new AbortController();
    const never = publisher({ publish: () => new Promise(() => ending.abort()) });
    expect(await never.runOnce(ending.signal)).toBe(0);
    expect(await never.runOnce(ending.signal)).toBe(0);
    await makeDue();
    expect(await publisher({ publish: () => undefined }).runOnce()).toBe(1);
  });

  it('do not disturb what is sealed meanwhile', async () => {
    await lab.write(shop, 1);
    const sealing = publisher({ publish: () => lab.write(shop, 2) });
    expect(await sealing.runOnce()).toBe(1);
    await makeDue();
    const { calls, publish } = collecting();
    await publisher({ publish }).runOnce();
    expect(calls[0]).toMatchObject([{ seq: '3' }]);
  });
});

describe('signed heads', () => {
  const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  async function signed(signingKey: string | KeyObject = privateKey): Promise<PublishedAuditHead> {
    const { calls, publish } = collecting();
    await lab.write(shop, 2);
    await makeDue();
    await publisher({ publish, signingKey }).runOnce();
    return JSON.parse(JSON.stringify(calls[0]![0])) as PublishedAuditHead;
  }

  it.each([
    ['a KeyObject', privateKey],
    ['PEM', PEM],
  ])('are accepted with the public key, if signed with %s', async (_, key) => {
    const head = await signed(key);
    expect(await verify([head])).toMatchObject({ isValid: true });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    expect(await new AuditVerifier(lab.gateway).verify([shop], [head], pem)).toMatchObject({ isValid: true });
  });

  it('show what was tampered with in the middle of a chain', async () => {
    await lab.write(shop, 1);
    const head = await signed();
    expect(head.seq).toBe('3');
    await lab.write(shop, 9);
    expect(await verify([head])).toMatchObject({ isValid: true, entries: 12 });
    await query(`update __schema__.audit_log set actor = 'bob' where namespace = $1 and seq = 1`, shop);
    await lab.rehash(shop, 1);
    await lab.reseal(shop, 2);
    expect((await verify([head])).faults).toMatchObject([{ kind: 'resealed', seq: '3' }]);
  });

  it('still show what was tampered with', async () => {
    const head = await signed();
    await query(`update __schema__.audit_log set actor = 'bob' where namespace = $1 and seq = 1`, shop);
    await lab.rehash(shop, 1);
    await lab.reseal(shop, 2);
    expect((await verify([head])).faults).toMatchObject([{ kind: 'resealed', seq: '2' }]);
  });

  it.each<[string, (head: PublishedAuditHead) => object]>([
    ['another time', (head) => ({ ...head, time: '2030-01-31T08:00:00.000Z' })],
    ['another namespace', (head) => ({ ...head, namespace: 'other' })],
    ['another place', (head) => ({ ...head, seq: '1' })],
    ['another hash', (head) => ({ ...head, hash: 'ab'.repeat(32) })],
    ['no signature', (head) => ({ ...head, signature: null })],
    ['a signature that is none', (head) => ({ ...head, signature: 'none' })],
    ['no such field', ({ namespace, seq, hash }) => ({ namespace, seq, hash })],
  ])('are refused with %s', async (_, forge) => {
    const head = await signed();
    await expect(verify([forge(head) as PublishedAuditHead])).rejects.toMatchObject({
      code: 'TASKER_FORGED_AUDIT_HEAD',
    });
    await expect(verify([head, forge(head) as PublishedAuditHead])).rejects.toThrow('has no valid signature');
  });

  it('are refused with the key of somebody else', async () => {
    const head = await signed(generateKeyPairSync('ed25519').privateKey);
    await expect(verify([head])).rejects.toMatchObject({ namespace: shop, seq: '2' });
  });
});
