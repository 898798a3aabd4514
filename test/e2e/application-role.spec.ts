import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  AnalyticsReader,
  defineTask,
  RecordService,
  StepHandler,
  TaskRetention,
  TaskService,
  WebhookService,
  type StepContext,
  type StepHandlerContract,
  type TaskerModuleOptions,
} from 'nestjs-tasker';
import { answering, useServers } from '../support/answering.server.js';
import { tasker, type CommandResult } from '../support/command.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { listenTo } from '../support/event.listener.js';
import { eventually } from '../support/eventually.js';
import { openHost, type Host } from '../support/host.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { connect } from '../support/persistence.js';
import { DeliveryWorker } from '../../lib/webhooks/delivery.worker.js';
import { DeliveryDeriver } from '../../lib/webhooks/delivery.deriver.js';
import { LackingPrivilegesError } from '../../lib/persistence/role.errors.js';

const INSUFFICIENT_PRIVILEGE = '42501';
const OWNER_PASSWORD = 'owner';
const BILLED = { namespace: 'warehouse', name: 'billed', version: '1.0.0' };
const LIMITED = { namespace: 'warehouse', name: 'limited', version: '1.0.0' };

const billed = defineTask(BILLED).step('bill', { handler: 'warehouse.bill' });
const limited = defineTask(LIMITED)
  .step('take', { handler: 'warehouse.take', limits: { concurrency: 1, rate: { count: 50, seconds: 1 } } })
  .step('book', { handler: 'warehouse.book', dependsOn: ['take'] });

@StepHandler('warehouse.take')
class TakeHandler implements StepHandlerContract {
  process(): unknown {
    return { taken: true };
  }
}

@StepHandler('warehouse.book', { transactional: true })
class BookHandler implements StepHandlerContract {
  async process({ manager }: StepContext): Promise<unknown> {
    await manager.query('insert into public.bookings default values');
    return { booked: true };
  }
}

let db: TestDatabase;
let admin: pg.Client;
let owner: string;
let app: string;
let stranger: string;

/** As a careful company has it: the schema belongs to one role, the application is another, and nobody else may do anything. */
beforeAll(async () => {
  db = await createEmptyDatabase();
  admin = await connect(db.url);
  [owner, app, stranger] = ['owner', 'app', 'stranger'].map((name) => `${name}-of ${db.name}`) as [
    string,
    string,
    string,
  ];
  for (const role of [owner, app, stranger])
    await admin.query(`create role "${role}" login password '${OWNER_PASSWORD}'`);
  await admin.query(`grant create on database ${db.name} to "${owner}", "${stranger}"`);
  await admin.query(`create table public.bookings (); grant insert on public.bookings to "${app}"`);
  for (const what of ['functions', 'types']) {
    await admin.query(`alter default privileges for role "${owner}" revoke all on ${what} from public`);
  }
});
afterAll(async () => {
  await admin.end();
  await db.drop();
  const server = await connect(process.env.TASKER_TEST_SERVER_URL!);
  for (const role of [owner, app, stranger]) await server.query(`drop role "${role}"`);
  await server.end();
});
const dropSchema = (): Promise<unknown> => admin.query('drop schema if exists tasker cascade');

describe('tasker migrate --app-role', () => {
  describe('run once', () => {
    beforeAll(async () => {
      expect(await migrate(owner, app)).toMatchObject({ code: 0, err: '' });
    });
    afterAll(dropSchema);

    it('lets the role do all that an application does', async () => {
      const host = await openAs(app);
      try {
        await runEverything(host);
      } finally {
        await host.close();
      }
    });

    it('leaves out nothing that our files make', async () => {
      const { rows } = await admin.query(
        `select c.oid::regclass::text as name from pg_class c
         where c.relnamespace = 'tasker'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
           and not case c.relkind
             when 'S' then has_sequence_privilege($1, c.oid, 'usage') else has_table_privilege($1, c.oid, 'select') end
         union all
         select p.oid::regprocedure::text from pg_proc p
         where p.pronamespace = 'tasker'::regnamespace and p.prorettype <> 'trigger'::regtype
           and not has_function_privilege($1, p.oid, 'execute')`,
        [app],
      );
      expect(rows).toEqual([]);
    });

    it('does not let the role change what belongs to us', async () => {
      const client = await connect(urlAs(app));
      try {
        for (const statement of [
          'drop table tasker.tasks cascade',
          'alter table tasker.tasks add column other text',
          'truncate tasker.tasks cascade',
          'create table tasker.other ()',
          'create function tasker.other() returns void language sql as $$ select 1 $$',
          'drop function tasker.heartbeat',
          'drop schema tasker cascade',
          `update tasker.schema_files set checksum = ''`,
        ]) {
          expect([statement, await refusal(client, statement)]).toEqual([statement, INSUFFICIENT_PRIVILEGE]);
        }
      } finally {
        await client.end();
      }
    });
  });

  describe('run in other ways', () => {
    afterEach(dropSchema);

    it('grants what later migrations add, and says the same the second time', async () => {
      await migrate(owner, app);
      const asOwner = await connect(urlAs(owner));
      await asOwner.query('drop view tasker.step_dag_relationships');
      await asOwner.query('drop function tasker.heartbeat');
      await asOwner.query(`delete from tasker.schema_files where name ~ 'heartbeat|step_dag'`);
      await asOwner.end();
      await migrate(owner);
      await expect(start(app)).rejects.toThrow(LackingPrivilegesError);

      const { out } = await migrate(owner, app);
      expect(out).toBe(
        `The schema "tasker" was up to date.\nThe role "${app}" has the privileges that an application needs.\n`,
      );
      expect((await migrate(owner, app)).out).toBe(out);
      await (await start(app)).close();
    });

    it('refuses a role that is not there, and migrates nothing', async () => {
      const { code, err } = await migrate(owner, 'nobody');
      expect(code).toBe(1);
      expect(err).toBe(
        'PostgreSQL has no role "nobody"; create it, or name the role of the application with --app-role.\n',
      );
      expect(await schemas()).toEqual([]);
    });

    it('refuses who may not grant it, and changes nothing', async () => {
      await migrate(owner);
      await admin.query(`grant all on schema tasker to "${stranger}"`);
      await admin.query(`grant all on all tables in schema tasker to "${stranger}"`);
      await admin.query(`delete from tasker.schema_files where name = 'functions/heartbeat.sql'`);
      const { code, err } = await migrate(stranger, app);
      expect(code).toBe(1);
      expect(err).toBe(
        `The user "${stranger}" may not grant usage on schema tasker to "${app}", and nothing was changed; ` +
          `migrate as its owner "${owner}".\n`,
      );
      expect((await tasker(['status', '--url', db.url])).out).toContain('functions/heartbeat.sql');
    });

    it('leaves alone what somebody else keeps in the schema', async () => {
      await migrate(owner);
      await admin.query('create table tasker.copy_of_tasks as select * from tasker.tasks');
      expect(await migrate(owner, app)).toMatchObject({ code: 0, err: '' });
      await (await start(app)).close();
    });
  });
});

describe('an application whose role lacks privileges', () => {
  afterEach(dropSchema);

  it('refuses to start, and says which and how to grant them', async () => {
    await migrate(owner);
    await expect(start(app)).rejects.toThrow(
      `The role "${app}" lacks privileges that nestjs-tasker needs: usage on schema tasker; ` +
        'execute on function tasker.',
    );
    await expect(start(app)).rejects.toThrow(
      `Run \`npx nestjs-tasker migrate --schema tasker --app-role ${app}\` as "${owner}".`,
    );
  });

  it('is told only those that it lacks', async () => {
    await migrate(owner, app);
    await admin.query(`revoke update on tasker.workflow_steps from "${app}"`);
    await expect(start(app)).rejects.toThrow('needs: update on table tasker.workflow_steps. Run');
  });

  it('is not asked where migrations are off', async () => {
    await migrate(owner);
    const host = await start(app, { migrations: 'off' });
    await host.close();
  });
});

/** One of each thing that touches the database in a way of its own. */
async function runEverything({ app: nest, kit }: HttpHost): Promise<void> {
  await nest.listen(0, '127.0.0.1');
  const { port } = nest.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/tasker`;
  const receiver = await servers.open(answering(204));
  const tasks = nest.get(TaskService);
  await nest.get(WebhookService).create({ url: receiver.url, filter: { events: ['task.completed'] } });
  const listener = await listenTo(`${url}/events`);

  const order = (id: number) => ({ ...BILLED, context: { order_id: id } });
  const [good, retried, bad] = await tasks.startMany([order(1), order(12), order(13)]);
  const other = await tasks.start({ ...LIMITED, runAt: new Date(Date.now() + 60_000), idempotencyKey: 'one' });
  await tasks.change(other.id, { priority: 3 }, { actor: 'ann' });
  await tasks.hold(other.id, { actor: 'ann' });
  await tasks.release(other.id, { actor: 'ann' });
  for (const { id } of [good!, retried!, bad!, other]) await kit.runToEnd(id);
  await kit.beat();
  await tasks.cancel((await tasks.start(LIMITED)).id, { actor: 'ann' });
  await tasks.resolve(bad!.id, { actor: 'ann' });
  await nest.get(RecordService).annotate(good!.id, 'note', { seen: true });

  const list: unknown = await (await fetch(`${url}/tasks?limit=2&sort=-createdAt`)).json();
  expect(JSON.stringify(list)).toContain(`"id":"${other.id}"`);
  await listener.takeUntil('task.resolved_manually').finally(() => listener.close());
  await nest.get(DeliveryDeriver, { strict: false }).runOnce();
  await eventually(async () => {
    await nest.get(DeliveryWorker, { strict: false }).runOnce();
    expect(receiver.received).toHaveLength(3);
  });
  await nest.get(AnalyticsReader).metrics();
  await admin.query(
    `update tasker.tasks set created_at = created_at - interval '9 days', completed_at = completed_at - interval '9 days'`,
  );
  expect(await nest.get(TaskRetention).runOnce()).toBe(5);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
}

const servers = useServers();

const start = (role: string, options: TaskerModuleOptions = {}): Promise<Host> =>
  openHost({ url: urlAs(role), ...options });

function openAs(role: string): Promise<HttpHost> {
  return startHttpHost({
    tasker: {
      templates: [billed, limited],
      retention: { afterDays: 1, archive: true },
      webhooks: { allowPrivateTargets: true, pollIntervalMs: 20 },
    },
    providers: [TakeHandler, BookHandler],
    through: () => Promise.resolve(urlAs(role)),
  });
}

function migrate(role: string, appRole?: string): Promise<CommandResult> {
  return tasker(['migrate', '--url', urlAs(role), ...(appRole === undefined ? [] : ['--app-role', appRole])]);
}

async function refusal(client: pg.Client, statement: string): Promise<unknown> {
  return client.query(statement).then(
    () => 'done',
    (error: unknown) => (error as pg.DatabaseError).code,
  );
}

async function schemas(): Promise<unknown[]> {
  const { rows } = await admin.query(`select nspname from pg_namespace where nspname = 'tasker'`);
  return rows;
}

function urlAs(role: string): string {
  return Object.assign(new URL(db.url), { username: role, password: OWNER_PASSWORD }).href;
}
