import { IDS, tableOf, type World } from './world.js';

/** Kinds of things that requests name. */
export type Kind = 'task' | 'step' | 'webhook' | 'delivery';

const KINDS: Readonly<Record<string, Kind>> = {
  tasks: 'task',
  workflow_steps: 'step',
  webhooks: 'webhook',
  webhook_deliveries: 'delivery',
};

interface Row {
  readonly table: string;
  readonly id: string;
  readonly of: string | null;
  readonly name: string | null;
  readonly isOwn: boolean;
}

/** Of a world: what is in the namespace of the user, or was created by them. */
const ROWS = `
  with own as (
    select t.task_id, n.name = 'garden' as is_own
    from tasker.tasks t join tasker.task_namespaces n on n.task_namespace_id = t.task_namespace_id
  ),
  hooks as (select webhook_id, $1 or scope is not null as is_own from tasker.webhooks)
  select * from (
    select 'tasks' as "table", task_id as id, null::bigint as "of", null::text as name, is_own as "isOwn" from own
    union all
    select 'workflow_steps', s.workflow_step_id, s.task_id, n.name, own.is_own
    from tasker.workflow_steps s join own using (task_id) join tasker.named_steps n using (named_step_id)
    union all
    select 'task_annotations', a.task_annotation_id, a.task_id, null, own.is_own
    from tasker.task_annotations a join own using (task_id)
    union all
    select 'webhooks', webhook_id, null, null, is_own from hooks
    union all
    select 'webhook_deliveries', d.webhook_delivery_id, d.webhook_id, null, hooks.is_own
    from tasker.webhook_deliveries d join hooks using (webhook_id)
  ) rows order by "of" is not null, "table", id`;

type Both<Value> = Readonly<Record<World['name'], Value>>;

/**
 * The same things by their ids in either world: tasks, steps, annotations, webhooks and their deliveries, each under a name that both
 * worlds share, such as `task 3` or `pay of task 3`.
 */
export class Twins {
  private readonly names: Both<Map<string, string>> = { mixed: new Map(), alone: new Map() };
  private readonly ids: Both<Map<string, string>> = { mixed: new Map(), alone: new Map() };
  /** How many there are of a kind or, of deliveries, in a webhook. */
  private readonly counts: Both<Map<string, number>> = { mixed: new Map(), alone: new Map() };
  private readonly own: Readonly<Record<Kind, string[]>> = none();
  /** Of the other namespace. */
  readonly foreign: Readonly<Record<Kind, string[]>> = none();
  /** Of these and of annotations. */
  readonly foreignIds = new Set<string>();

  constructor(private readonly worlds: readonly [mixed: World, alone: World]) {}

  /** Looks for what was made meanwhile. */
  async refresh(): Promise<void> {
    await Promise.all(this.worlds.map((world) => this.refreshIn(world)));
  }

  /** One of those of the user; undefined: there are none. */
  idOf(world: World, kind: Kind, pick: number): string | undefined {
    const known = this.own[kind].filter((name) => this.ids.mixed.has(name) && this.ids.alone.has(name));
    return this.ids[world.name].get(known[pick % Math.max(1, known.length)] ?? '');
  }

  /** The text with names in the place of ids. What a world does not know of its own stays. */
  named(world: World, text: string): string {
    return text.replace(IDS, (id) => this.names[world.name].get(id) ?? NAMELESS[tableOf(id)!] ?? id);
  }

  /** Whether the text has an id that has come up since the last look. */
  hasNew(world: World, text: string): boolean {
    const isKnown = (id: string): boolean =>
      this.names[world.name].has(id) || this.foreignIds.has(id) || NAMELESS[tableOf(id)!] !== undefined;
    return (text.match(IDS) ?? []).some((id) => !isKnown(id) && id.startsWith(world.name === 'mixed' ? '1' : '2'));
  }

  /**
   * An id that lies among those of the world where this one lies among those of the mixed world.
   * @param of only among the deliveries of this webhook of the world
   */
  placeOf(id: string, world: World, of?: string): string {
    const kind = KINDS[tableOf(id) ?? ''];
    if (world.name === 'mixed' || kind === undefined || !id.startsWith('1')) return id;
    const owner = of === undefined ? '' : ` of ${this.names.alone.get(of)}`;
    const before = this.own[kind]
      .filter((name) => name.endsWith(owner))
      .map((name) => [this.ids.mixed.get(name), this.ids.alone.get(name)] as const)
      .filter(([mixed, alone]) => mixed !== undefined && alone !== undefined && BigInt(mixed) <= BigInt(id))
      .map(([, alone]) => alone!);
    const last = before.sort().at(-1) ?? `2${id.slice(1, 3)}${'0'.repeat(10)}`;
    return this.names.mixed.has(id) ? last : String(BigInt(last) + 1n);
  }

  private async refreshIn(world: World): Promise<void> {
    const names = this.names[world.name];
    for (const { table, id, of, name, isOwn } of await world.query<Row>(ROWS, world.name === 'alone')) {
      const kind = KINDS[table];
      if (!isOwn) {
        if (kind && !this.foreignIds.has(id)) this.foreign[kind].push(id);
        this.foreignIds.add(id);
      } else if (!names.has(id)) {
        const owner = of === null ? '' : ` of ${names.get(of)}`;
        const full = `${name ?? this.next(world, (kind ?? 'annotation') + owner)}${owner}`;
        names.set(id, full);
        this.ids[world.name].set(full, id);
        if (kind && world.name === 'mixed') this.own[kind].push(full);
      }
    }
  }

  /** `task 3` after `task 2`, and `delivery 3` in a webhook that had two. */
  private next({ name }: World, counted: string): string {
    const count = (this.counts[name].get(counted) ?? 0) + 1;
    this.counts[name].set(counted, count);
    return `${counted.split(' ')[0]} ${count}`;
  }
}

/** What is in neither answer in an order of its own, or says nothing about another namespace. */
const NAMELESS: Readonly<Record<string, string>> = {
  task_transitions: 'transition',
  workflow_step_transitions: 'transition',
  annotation_types: 'annotation type',
  workers: 'worker',
  audit_inbox: 'audit entry',
};

function none(): Record<Kind, string[]> {
  return { task: [], step: [], webhook: [], delivery: [] };
}
