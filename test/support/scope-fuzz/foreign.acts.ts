import { expect } from '@jest/globals';
import fc from 'fast-check';
import { RecordService } from '../../../lib/engine/tasks/record.service.js';
import { ApiTokenService, TaskService, WebhookService } from 'nestjs-tasker';
import type { Pools } from './references.js';
import type { Twins } from './twins.js';
import { FOREIGN, SECRET, type World } from './world.js';

/** Something that the user without a scope does in the other namespace. */
export interface ForeignAct {
  readonly does: (typeof ACTS)[number];
  readonly pick: number;
  readonly sort: string;
}

const ACTS = ['start', 'start', 'cancel', 'retry', 'reset', 'resolve', 'hold', 'release', 'annotate', 'rerun'] as const;
const SORTS = ['createdAt', 'createdAtDesc', 'updatedAt', 'updatedAtDesc', 'completedAt', 'completedAtDesc'];

export const aForeignAct: fc.Arbitrary<ForeignAct> = fc.record({
  does: fc.constantFrom(...ACTS),
  pick: fc.nat(10_000),
  sort: fc.constantFrom(...SORTS),
});

/** An act whose changes listeners without a scope receive. */
export const aTellingAct: fc.Arbitrary<ForeignAct> = aForeignAct.map((act) => ({ ...act, does: 'start' }));

const TEMPLATES = [
  { name: 'order', version: '1.0.0' },
  { name: 'order', version: '3.0.0' },
  { name: 'heist', version: '1.0.0' },
];
const COURSES = ['completes', 'fails', 'retries'];

/** The other namespace in the mixed world, and who works in it. */
export class ForeignNamespace {
  private started = 0;
  private known: object = {};
  private readonly tables: string[] = [];

  constructor(
    private readonly world: World,
    private readonly twins: Twins,
    private readonly pools: Pools,
  ) {}

  /** Makes tasks in every state, a webhook that receives every change, and API tokens. */
  async begin(receiver: string): Promise<void> {
    const webhook = { url: `${receiver}/${SECRET}_hook`, description: `${SECRET} hook` };
    await this.world.host.app.get(WebhookService).create(webhook);
    const token = { name: `${SECRET} token`, userId: `${SECRET}_machine` };
    for (const namespaces of [null, [FOREIGN]]) {
      const { id } = await this.world.host.app.get(ApiTokenService).create({ ...token, namespaces }, `${SECRET}_boss`);
      this.pools.foreignTokens.push(id);
    }
    await this.more();
  }

  async more(): Promise<void> {
    for (let each = 0; each < 4; each++) await this.start();
    await this.world.settle();
    await this.annotate(0);
    await this.look('createdAt');
  }

  /** An action that is refused in the state that the task is in changes nothing. */
  async act({ does, pick, sort }: ForeignAct): Promise<void> {
    const { task } = this.twins.foreign;
    const id = task[pick % task.length]!;
    const by = { actor: 'root', reason: `${SECRET}_reason` };
    const tasks = this.world.host.app.get(TaskService);
    if (does === 'start') await this.start();
    else if (does === 'annotate') await this.annotate(pick);
    else await tasks[does](id, by).catch(() => undefined);
    await this.world.settle();
    await this.look(sort);
  }

  /** Nothing in it was changed since the latest look. */
  async expectUnchanged(): Promise<void> {
    expect(await this.digests()).toEqual(this.known);
  }

  /** Reads what requests of the user can be made of, and remembers how it is. */
  async look(sort: string): Promise<void> {
    await this.twins.refresh();
    const query = `{ tasks(sort: ${sort}, first: 100, filter: { namespace: "${FOREIGN}" }) { edges { cursor node { id createdAt updatedAt revision identityHash } } } }`;
    const { tasks } = await this.world.host.read(query, {}, 'root');
    for (const { cursor, node } of tasks.edges as Edge[]) {
      this.pools.foreignCursors.push(cursor);
      this.pools.foreignInstants.push(node.createdAt, node.updatedAt);
      this.pools.foreignRevisions.push(node.revision);
      this.pools.foreignEtags.push(`"${node.revision}.${'a'.repeat(16)}"`);
      if (node.identityHash !== null) this.pools.foreignHashes.push(node.identityHash);
    }
    await this.remember();
  }

  /** After it was changed by those who may. */
  async remember(): Promise<void> {
    this.known = await this.digests();
  }

  private async start(): Promise<void> {
    const place = this.started++;
    const word = `${SECRET}_${place}`;
    const context = {
      course: COURSES[Math.floor(place / TEMPLATES.length) % COURSES.length],
      word,
      amount: `${SECRET}_amount`,
    };
    const body = {
      ...{ namespace: FOREIGN, ...TEMPLATES[place % TEMPLATES.length], context },
      ...{ tags: ['shared', `${SECRET}_tag`], sourceSystem: `${SECRET}_system`, reason: `${SECRET}_reason` },
      initiator: place % 2 === 0 ? 'pete' : `${SECRET}_boss`,
      ...(place % 3 === 0 && { idempotencyKey: `key ${place}` }),
      ...(place % 5 === 4 && { runAt: '2100-01-01T00:00:00Z' }),
    };
    const headers = {
      user: 'root',
      'content-type': 'application/json',
      'x-correlation-id': `${SECRET}_correlation`,
      'idempotency-key': `key-${place}`,
    };
    const response = await fetch(`${this.world.url}/tasker/tasks`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    if (response.status !== 201) throw new Error(await response.text());
    await response.text();
  }

  private async annotate(pick: number): Promise<void> {
    await this.twins.refresh();
    const { task } = this.twins.foreign;
    const records = this.world.host.app.get(RecordService, { strict: false });
    const types = ['shared', `${SECRET}_type`];
    for (const type of types) await records.annotate(task[pick % task.length]!, type, { word: `${SECRET}_note` });
  }

  /** Of the rows that belong to one of its tasks or to a webhook without a scope, by tables. */
  private async digests(): Promise<object> {
    if (this.tables.length === 0) this.tables.push(...(await this.digestsOfTables()));
    const sql = `select json_build_object(${this.tables.join(', ')}) as digests`;
    const [row] = await this.world.query<{ digests: object }>(sql, FOREIGN);
    return row!.digests;
  }

  private async digestsOfTables(): Promise<readonly string[]> {
    const rows = await this.world.query<{ table: string; column: keyof typeof OWNERS }>(
      `select c.table_name as "table", c.column_name as "column" from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'tasker' and t.table_type = 'BASE TABLE' and c.column_name = any ($1)
         and c.table_name not like 'audit\\_%' -- which has what was denied, too
       order by 1, 2`,
      Object.keys(OWNERS),
    );
    return rows.map(
      ({ table, column }) =>
        `'${table} by ${column}', (select md5(string_agg(r::text, ',' order by r::text)) from tasker.${table} r
           where r.${column} in (${OWNERS[column]}))`,
    );
  }
}

/** What is foreign, by the columns that lead there. */
const OWNERS = {
  task_namespace_id: 'select task_namespace_id from tasker.task_namespaces where name = $1',
  task_id: `select t.task_id from tasker.tasks t join tasker.task_namespaces n using (task_namespace_id) where n.name = $1`,
  webhook_id: 'select webhook_id from tasker.webhooks where scope is null',
} as const;

interface Edge {
  readonly cursor: string;
  readonly node: {
    readonly createdAt: string;
    readonly updatedAt: string;
    readonly revision: string;
    readonly identityHash: string | null;
  };
}
