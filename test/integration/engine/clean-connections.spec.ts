import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DataSource, type EntityManager, type EntitySubscriberInterface } from 'typeorm';
import { EventBus, LostConnectionError, PermanentError, type StepContext } from 'nestjs-tasker';
import { AbortedTransactionError, ReleasedManagerError } from '../../../lib/persistence/persistence.errors.js';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { isOutage } from '../../../lib/persistence/sql.errors.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate, ONE_STEP } from '../../support/factories.js';
import { COMMITTED_EVENTS } from '../../support/heard.events.js';
import { POOL_SIZE, type Host, type StepFunction } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { useStage } from '../../support/stage.js';

const lab = useLab();
const stage = useStage(lab);
afterEach(() => void jest.restoreAllMocks());

const template = aTemplate(ONE_STEP, { steps: { only: { transactional: true } } });

async function opened(act: StepFunction = () => ({}), open: typeof stage = stage) {
  const script = aScript({ only: act });
  const host = await open({ templates: [template], handlers: script.handlers });
  return { ...host, script };
}

/** A host to whose data source a subscriber is added, which stays there. */
const alone: typeof stage = ({ handlers }) => lab.open({ templates: [template], handlers: handlers! });

/** The one step after all that could be done at once, in a host of its own if that is prepared. */
async function stepAfter(act: StepFunction, prepare?: (host: Host) => void) {
  const host = await opened(act, prepare && alone);
  prepare?.(host);
  const { id } = await host.tasks.start(template.request);
  for (let times = 0; times < 6; times++) await host.kit.runUntilIdle(); // idle is also who handed a step back
  return { ...host, step: (await host.kit.task(id)).steps[0]! };
}

/** Uses every connection of the pool at once. */
async function expectAllUsable({ tasks, get }: Pick<Host, 'tasks' | 'get'>): Promise<void> {
  const runners = Array.from({ length: POOL_SIZE }, () => get(DataSource).createQueryRunner());
  await Promise.all(runners.map(async (runner) => expect(await runner.query('select 1 as one')).toEqual([{ one: 1 }])));
  await Promise.all(runners.map((runner) => runner.release()));
  const started = await Promise.all(Array.from({ length: POOL_SIZE }, () => tasks.start(template.request)));
  const ids = started.map(({ id }) => id);
  expect(await lab.query('select from tasker.tasks where task_id = any ($1)', ids)).toHaveLength(POOL_SIZE);
  expect(await get(WorkerGateway).heartbeat('0')).toBe(false);
}

/** Both are given the same savepoint. */
const nestTwice = (manager: EntityManager): Promise<unknown> =>
  Promise.all([1, 2].map((_, index) => manager.transaction((nested) => nested.query('select $1::int', [index]))));

/** Resolves when both ends know. */
const terminate = async ({ manager }: Pick<StepContext, 'manager'>): Promise<void> => {
  const [{ pid }] = await manager.query<[{ pid: number }]>('select pg_backend_pid() as pid');
  await lab.query('select pg_terminate_backend($1)', pid);
  await eventually(async () => expect(await lab.query('select from pg_stat_activity where pid = $1', pid)).toEqual([]));
  await eventually(() => expect(manager.queryRunner!.isReleased).toBe(true));
};

describe('a connection that comes back to the pool inside a transaction', () => {
  it('is lent to nobody again when the host nested two transactions of one manager at once', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const host = await opened();
    await expect(host.get(DataSource).transaction(nestTwice)).rejects.toThrow('savepoint');
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('inside a transaction'));
    await expectAllUsable(host);
  });

  it('is lent to nobody again when a subscriber of the host threw during the rollback', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const host = await opened(undefined, alone);
    const throwing: EntitySubscriberInterface = {
      beforeTransactionRollback: () => {
        throw new Error('the audit is down');
      },
    };
    host.get(DataSource).subscribers.push(throwing);
    const work = host.get(DataSource).transaction(async (manager) => {
      await manager.query('select 1');
      throw new Error('the order was refused');
    });
    await expect(work).rejects.toThrow('the order was refused');
    await expectAllUsable(host);
  });

  it('is lent to nobody again when a statement of the host began the transaction and nothing ended it', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const host = await opened();
    await host.get(DataSource).query('begin');
    await expectAllUsable(host);
  });
});

describe('a transactional handler', () => {
  it('that nests two transactions at once fails its attempt, and nothing else', async () => {
    const { step, ...host } = await stepAfter(({ manager }) => nestTwice(manager));
    expect(step).toMatchObject({
      attempts: 1,
      state: 'error',
      error: { message: expect.stringContaining('savepoint') },
    });
    await expectAllUsable(host);
  });

  it('whose rollback a subscriber of the host disturbs is rolled back all the same', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const act: StepFunction = async ({ manager }) => {
      await manager.query('create table left_behind ()');
      throw new Error('no');
    };
    const { step, ...host } = await stepAfter(act, ({ get }) => {
      const throwing: EntitySubscriberInterface = {
        beforeTransactionRollback: () => {
          throw new Error('the audit is down');
        },
      };
      get(DataSource).subscribers.push(throwing);
    });
    expect(step.error).toMatchObject({ message: 'no' });
    expect(errors).toHaveBeenCalledWith(expect.stringContaining('BeforeTransactionRollback'), expect.any(String));
    expect(await lab.query(`select to_regclass('left_behind') as found`)).toEqual([{ found: null }]);
    await expectAllUsable(host);
  });

  it('that caught a failed statement fails, and is told so', async () => {
    const { step } = await stepAfter(async ({ manager }) => {
      await manager.query('select 1 / 0').catch(() => undefined);
    });
    expect(step).toMatchObject({ state: 'error', error: { code: 'ABORTED_TRANSACTION', permanent: false } });
    expect(step.error!.message).toContain('An earlier statement of the transaction failed and its error was caught');
  });

  it('whose commit is a rollback fails, though its outcome was recorded', async () => {
    const { step } = await stepAfter(
      () => ({}),
      ({ get }) => {
        const careless: EntitySubscriberInterface = {
          beforeTransactionCommit: ({ manager }) => manager.query('select 1 / 0').catch(() => undefined),
        };
        get(DataSource).subscribers.push(careless);
      },
    );
    expect(step).toMatchObject({ state: 'error', error: { code: 'ABORTED_TRANSACTION' } });
  });

  it('that ends its transaction by itself fails', async () => {
    const { step } = await stepAfter(({ manager }) => manager.query('commit'));
    expect(step).toMatchObject({ state: 'error', error: { code: 'ENDED_TRANSACTION' } });
  });

  it('whose connection was lost is handed back with the attempt not counted', async () => {
    let runs = 0;
    const { step, script } = await stepAfter(async (context) => {
      if (++runs < 3) await terminate(context);
      if (runs === 1) await context.manager.query('select 1'); // fails; the second run notices nothing
    });
    expect(script.runs.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    expect(step).toMatchObject({ state: 'complete', attempts: 1 });
  });

  it('that loses its connection every time is not run for ever', async () => {
    const { step, script } = await stepAfter(terminate);
    expect(script.runs).toHaveLength(4);
    expect(step).toMatchObject({ state: 'error', attempts: 1, error: { code: 'LOST_CONNECTION' } });
  });

  it('whose connection is lost at its commit, which may be stored or not, counts as an attempt', async () => {
    const { step, script } = await stepAfter(({ manager }) =>
      manager.query(`
        create table ending ();
        create function end_session() returns trigger language plpgsql as $$
          begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
        create constraint trigger at_commit after insert on ending deferrable initially deferred
          for each row execute function end_session();
        insert into ending default values`),
    );
    expect(script.runs).toHaveLength(1);
    expect(step).toMatchObject({ state: 'error', attempts: 1, error: { code: '57P01', permanent: false } });
  });

  it('that says for good what failed has said it, though its connection was lost too', async () => {
    const { step } = await stepAfter(async (context) => {
      await terminate(context);
      throw new PermanentError('no such account', { code: 'NO_ACCOUNT' });
    });
    expect(step).toMatchObject({ state: 'error', error: { code: 'NO_ACCOUNT' } });
  });

  it('whose connection the server ended for being idle has failed, and reads why', async () => {
    const { step, script } = await stepAfter(async ({ manager }) => {
      const [{ pid }] = await manager.query<[{ pid: number }]>(
        `select pg_backend_pid() as pid, set_config('idle_in_transaction_session_timeout', '20', true)`,
      );
      await eventually(async () =>
        expect(await lab.query('select from pg_stat_activity where pid = $1', pid)).toEqual([]),
      );
    });
    expect(script.runs).toHaveLength(1);
    expect(step.error!.message).toContain('idle-in-transaction timeout');
  });
});

describe('tasks.start in a transaction of the host', () => {
  it('answers no id of a transaction that is aborted already', async () => {
    const { tasks, get } = await opened();
    const work = get(DataSource).transaction(async (manager) => {
      await manager.query('select 1 / 0').catch(() => undefined);
      return tasks.start(template.request, { manager });
    });
    await expect(work).rejects.toThrow(AbortedTransactionError);
  });

  it('refuses the commit that would be a rollback, and announces nothing', async () => {
    const { tasks, get } = await opened();
    const heard: string[] = [];
    get(EventBus).on(COMMITTED_EVENTS, (_, name) => heard.push(name));
    const work = get(DataSource).transaction(async (manager) => {
      const { id } = await tasks.start(template.request, { manager });
      await manager.query('select 1 / 0').catch(() => undefined);
      return id;
    });
    await expect(work).rejects.toThrow(AbortedTransactionError);
    expect(heard).toEqual([]);
    expect(await lab.query('select from tasker.tasks')).toEqual([]);
  });

  it('announces nothing of a transaction whose end nobody can see', async () => {
    const { tasks, get } = await opened();
    const heard: string[] = [];
    get(EventBus).on(COMMITTED_EVENTS, (_, name) => heard.push(name));
    const runner = get(DataSource).createQueryRunner();
    await runner.query('begin');
    await tasks.start(template.request, { manager: runner.manager });
    await runner.query('rollback');
    await runner.release();
    expect(heard).toEqual([]);
  });

  it('tells a lost connection, which is an outage, from a manager that is used too late', async () => {
    const { tasks, get } = await opened();
    const lost = get(DataSource).transaction(async (manager) => {
      await terminate({ manager });
      await tasks.start(template.request, { manager });
    });
    const error: unknown = await lost.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LostConnectionError);
    expect(isOutage(error)).toBe(true);
    const late = await get(DataSource).transaction(async (manager) => {
      await manager.query('select 1');
      return manager;
    });
    await expect(tasks.start(template.request, { manager: late })).rejects.toThrow(ReleasedManagerError);
  });
});
