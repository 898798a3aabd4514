import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DataKey, DataKeyProvider, StepContext } from 'nestjs-tasker';
import { WorkerHealth } from '../../../lib/engine/steps/worker.health.js';
import { KeyRing } from '../../../lib/protection/key.ring.js';
import { Reencryption } from '../../../lib/protection/reencryption.js';
import { eventually } from '../../support/eventually.js';
import { aChain, aTemplate } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();
afterEach(() => void jest.restoreAllMocks());

/** Keys that come and go while hosts run. */
class Vault implements DataKeyProvider {
  private readonly keys = new Map<string, DataKey>();
  private latest = '';
  isOut = false;

  constructor(...ids: readonly string[]) {
    for (const id of ids) this.add(id);
  }

  add(id: string): void {
    this.keys.set(id, { id, secret: randomBytes(32) });
    this.latest = id;
  }

  remove(id: string): () => void {
    const key = this.keys.get(id)!;
    this.keys.delete(id);
    return () => void this.keys.set(id, key);
  }

  async current(): Promise<DataKey> {
    return (await this.find(this.latest))!;
  }

  find(id: string): Promise<DataKey | null> {
    if (this.isOut) return Promise.reject(new Error('the vault is sealed'));
    return Promise.resolve(this.keys.get(id) ?? null);
  }
}

const EMAIL = 'canary@example.org';
const template = aTemplate(aChain('first', 'second'), {
  name: 'guarded',
  sensitiveData: { context: ['$.email'], results: { first: ['$.pin'] } },
  steps: { first: { handler: 'first' }, second: { handler: 'second' } },
});
const other = aTemplate(undefined, { name: 'open', steps: { only: { handler: 'open' } } });

const handlers = {
  first: ({ task }: StepContext) => ({ pin: `pin of ${task.context.email as string}` }),
  second: ({ task, results }: StepContext) => {
    expect(results).toEqual({ first: { pin: `pin of ${task.context.email as string}` } });
    expect(task.context.email).toContain('canary');
    return { done: true };
  },
  open: () => ({ done: true }),
};

const open = (keys: DataKeyProvider | null, more: object = {}): Promise<Host> =>
  lab.open({ templates: [template, other], handlers, sensitiveData: { keys, subjectSecret: null }, ...more });

const start = async ({ tasks }: Host, email = EMAIL): Promise<string> =>
  (await tasks.start({ ...template.request, context: { email } })).id;

/** The current key was read a minute ago. Only there: leases of workers would end in a minute, too. */
async function notice({ get }: Host, id: string): Promise<void> {
  Reflect.set(get(KeyRing), 'readAt', -Infinity);
  await eventually(() => expect(get(KeyRing).current?.id).toBe(id));
}

const keysInUse = async (): Promise<unknown[]> =>
  (await lab.query<{ id: unknown }>('select distinct key_id as id from __schema__.sensitive_values order by 1')).map(
    ({ id }) => id,
  );

const stateOf = async (host: Host, id: string): Promise<string> => (await host.kit.task(id)).state;
const faults = (host: Host): string[] => Object.keys(host.get(WorkerHealth).checks()).filter((key) => key !== 'worker');

describe('values that are large', () => {
  it('are read for as many steps at a time as fit; the others are handed back, and no attempt counts', async () => {
    const host = await open(new Vault('k'), { worker: { maxClaimBytes: 4_096 } });
    const many = Array.from({ length: 6 }, (_, index) => ({
      ...template.request,
      context: { email: `canary ${index} ${'x'.repeat(2_500)}` },
    }));
    const ids = (await host.tasks.startMany(many)).map(({ id }) => id);
    await host.kit.runUntilIdle();
    for (const id of ids) {
      const { state, steps } = await host.kit.task(id);
      expect([state, ...steps.map(({ attempts }) => attempts)]).toEqual(['complete', 1, 1]);
    }
    const handedBack = await lab.query(
      `select from __schema__.workflow_step_transitions where from_state = 'in_progress' and to_state = 'pending'`,
    );
    expect(handedBack.length).toBeGreaterThan(0);
    expect(faults(host)).not.toContain('sensitive_data');
  });
});

describe('keys that change', () => {
  it('while two hosts work: no task fails, and at the end the old keys may be removed', async () => {
    const vault = new Vault('k0');
    const worker = { enabled: true, pollIntervalMs: 20, concurrency: 4 };
    const hosts = [await open(vault, { worker }), await open(vault, { worker })];
    const ids: string[] = [];
    const failed = jest.spyOn(Logger.prototype, 'error');
    for (let round = 1; round <= 4; round++) {
      for (const host of hosts) {
        const many = Array.from({ length: 15 }, (_, index) => ({
          ...template.request,
          context: { email: `canary ${round} ${index}` },
        }));
        ids.push(...(await host.tasks.startMany(many)).map(({ id }) => id));
      }
      vault.add(`k${round}`);
      // The second host notices later, and uses the old key while the first one replaces it.
      await notice(hosts[0]!, `k${round}`);
      await Promise.all(hosts.map((host) => host.get(Reencryption).runOnce()));
      await notice(hosts[1]!, `k${round}`);
    }
    await eventually(
      async () =>
        expect(await lab.query('select state, count(*)::integer from __schema__.tasks group by state')).toEqual([
          { state: 'complete', count: ids.length },
        ]),
      60_000,
    );
    await Promise.all(hosts.map((host) => host.get(Reencryption).runOnce()));
    expect(await keysInUse()).toEqual(['k4']);
    for (const id of ['k0', 'k1', 'k2', 'k3']) vault.remove(id);
    expect(await hosts[0]!.get(Reencryption).runOnce()).toBe(0);
    expect(await lab.query('select from __schema__.workflow_step_transitions where to_state = $1', 'error')).toEqual(
      [],
    );
    expect(failed.mock.calls).toEqual([]);
    await Promise.all(hosts.map((host) => host.close()));
    const reader = await open(vault);
    await reader.tasks.rerun(ids[0]!, { actor: 'ada', from: 'second' });
    await reader.kit.runUntilIdle();
    expect(await lab.query('select from __schema__.tasks where state <> $1', 'complete')).toEqual([]);
  }, 120_000);

  it('from none to one, in many batches, by two hosts at the same time', async () => {
    const plain = await open(null);
    const many = Array.from({ length: 450 }, (_, index) => ({
      ...template.request,
      context: { email: `canary ${index}` },
    }));
    await plain.tasks.startMany(many);
    expect(await keysInUse()).toEqual([null]);
    await plain.close();
    const vault = new Vault('k1');
    const [host, second] = [await open(vault), await open(vault)];
    const passes = await Promise.all([host, second].map(({ get }) => get(Reencryption).runOnce()));
    expect(passes[0]! + passes[1]!).toBe(450);
    expect(await keysInUse()).toEqual(['k1']);
    await host.kit.runUntilIdle();
    expect(await lab.query('select from __schema__.tasks where state <> $1', 'complete')).toEqual([]);
  });

  it('leave values of a missing key alone, and encrypt all others again', async () => {
    const vault = new Vault('lost', 'old');
    const host = await open(vault);
    const [kept] = [await start(host)];
    vault.add('lost');
    await notice(host, 'lost');
    await start(host);
    await host.close();
    vault.add('new');
    vault.remove('lost');
    const next = await open(vault);
    await expect(next.get(Reencryption).runOnce()).rejects.toThrow('the key "lost" is not among sensitiveData.keys');
    expect(await keysInUse()).toEqual(['lost', 'new']);
    const rows = await lab.query(
      'select task_id::text as id from __schema__.sensitive_values where key_id = $1',
      'new',
    );
    expect(rows).toEqual([{ id: kept }]);
  });

  it('leave a changed value alone, and encrypt all others of its key again', async () => {
    const vault = new Vault('old');
    const host = await open(vault);
    const ids = [await start(host), await start(host), await start(host)];
    const change = 'set content = set_byte(content, 20, get_byte(content, 20) # 1)';
    await lab.query(`update __schema__.sensitive_values ${change} where task_id = $1`, ids[1]);
    vault.add('new');
    await notice(host, 'new');
    await expect(host.get(Reencryption).runOnce()).rejects.toThrow('were changed in the database');
    const rows = await lab.query<{ id: string }>(
      "select task_id::text as id from __schema__.sensitive_values where key_id = 'new' order by task_id",
    );
    expect(rows.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
  });

  it('replace no value that was replaced meanwhile', async () => {
    const vault = new Vault('k0');
    const host = await open(vault);
    const id = await start(host);
    vault.add('k1');
    await notice(host, 'k1');
    const blocker = await lab.connect();
    await blocker.query('begin');
    await blocker.query(`update tasker.sensitive_values set content = '\\x00', key_id = 'other' where task_id = ${id}`);
    const pass = host.get(Reencryption).runOnce();
    await eventually(async () =>
      expect(await lab.query("select from pg_stat_activity where wait_event_type = 'Lock'")).toHaveLength(1),
    );
    await blocker.query('commit');
    expect(await pass).toBe(0);
    expect(await keysInUse()).toEqual(['other']);
  });
});

describe('a key that is missing', () => {
  const common = new Vault('k');
  const stranger = aTemplate(undefined, {
    name: 'stranger',
    sensitiveData: { context: ['$.email'] },
    steps: { only: { handler: 'open' } },
  });
  const foreign = lab.share({
    templates: [stranger],
    handlers,
    sensitiveData: { keys: common, subjectSecret: null },
  });

  it('hands back the steps that need it, as a fault; others go on, and these when it is back', async () => {
    const vault = new Vault('old');
    const first = await open(vault);
    const id = await start(first);
    await first.close();
    const giveBack = vault.remove('old');
    vault.add('new');
    const host = await open(vault);
    const errors = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const ids = [await start(host), (await host.tasks.start(other.request)).id];
    await host.kit.runUntilIdle();
    expect(await Promise.all(ids.map((each) => stateOf(host, each)))).toEqual(['complete', 'complete']);
    expect(faults(host)).toEqual(['sensitive_data']);
    const { steps } = await host.kit.task(id);
    expect(steps[0]).toMatchObject({ state: 'pending', attempts: 0, error: null });
    await host.kit.makeDue();
    ids.push(await start(host));
    await host.kit.runUntilIdle();
    expect(faults(host)).toEqual(['sensitive_data']);
    const reports = errors.mock.calls.filter(([line]) => String(line).includes('cannot be read'));
    expect(reports).toHaveLength(1); // once, although others were read in between
    expect(String(reports[0])).toContain('the key "old" is not among sensitiveData.keys');
    expect(String(reports[0])).not.toContain('canary');
    giveBack();
    await host.kit.makeDue();
    await host.kit.runUntilIdle();
    expect(await stateOf(host, id)).toBe('complete');
    expect(faults(host)).toEqual([]);
  });

  it('is no fault of this process for ever, if another one runs the step', async () => {
    const vault = new Vault('old');
    const capable = await open(vault);
    const id = await start(capable);
    const host = await open(new Vault('new'));
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await host.kit.runUntilIdle();
    expect(faults(host)).toEqual(['sensitive_data']);
    await capable.kit.makeDue();
    await capable.kit.runUntilIdle();
    expect(await stateOf(capable, id)).toBe('complete');
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 31_000);
    await host.kit.runUntilIdle();
    expect(faults(host)).toEqual([]);
  });

  it.each([
    ['were changed', `set content = set_byte(content, 20, get_byte(content, 20) # 1)`],
    ['lost their key id', 'set key_id = null'],
    ['have another shape', `set key_id = null, content = '{"email": 1}'`],
    ['are a list of something else', `set key_id = null, content = '[{"email": 1}]'`],
    [
      'are of another task template',
      `set content = (select content from __schema__.sensitive_values where task_id = $2)`,
    ],
  ])('or values that %s hand back only the steps that need them', async (_, change) => {
    const host = await open(common);
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const { id: strange } = await foreign().tasks.start({ ...stranger.request, context: { email: EMAIL } });
    const [id, fine] = [await start(host), await start(host)];
    await lab.query(
      `update __schema__.sensitive_values ${change} where task_id = $1 and $2::bigint is not null`,
      id,
      strange,
    );
    await host.kit.runUntilIdle();
    expect(await stateOf(host, fine)).toBe('complete');
    expect((await host.kit.task(id)).steps[0]).toMatchObject({ state: 'pending', attempts: 0 });
    expect(faults(host)).toEqual(['sensitive_data']);
  });
});

describe('a provider of keys that is out', () => {
  it('does not keep new tasks from being stored and run with the keys that are known', async () => {
    const vault = new Vault('k');
    const host = await open(vault);
    vault.isOut = true;
    const id = await start(host);
    await host.kit.runUntilIdle();
    expect(await stateOf(host, id)).toBe('complete');
  });

  it('hands back the steps that need another key until it is back', async () => {
    const vault = new Vault('old');
    const first = await open(vault);
    const id = await start(first);
    await first.close();
    vault.add('new');
    const host = await open(vault);
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    vault.isOut = true;
    await host.kit.runUntilIdle();
    expect((await host.kit.task(id)).steps[0]).toMatchObject({ state: 'pending', attempts: 0 });
    expect(faults(host)).toEqual(['sensitive_data']);
    vault.isOut = false;
    await host.kit.makeDue();
    await host.kit.runUntilIdle();
    expect(await stateOf(host, id)).toBe('complete');
    expect(faults(host)).toEqual([]);
  });

  it('keeps a host from starting, and says why', async () => {
    const vault = new Vault('k');
    vault.isOut = true;
    await expect(open(vault)).rejects.toMatchObject({
      code: 'TASKER_DATA_KEY_UNAVAILABLE',
      reason: expect.stringContaining('the vault is sealed'),
    });
  });
});
