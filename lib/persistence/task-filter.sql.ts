import type { TaskFilter } from '../workflow/task.filter.js';

/** Gathers the parameters of a statement, and answers how each is written in it. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

type Condition<Value> = (value: Value, parameters: Parameters) => string;

/** What is asked of the task template. */
const TEMPLATE_COLUMNS = { namespace: 'ns.name', name: 'nt.name', version: 'nt.version' } as const;
type TemplateField = keyof typeof TEMPLATE_COLUMNS;
const TEMPLATE_FIELDS = Object.keys(TEMPLATE_COLUMNS) as readonly TemplateField[];

type TaskField = Exclude<keyof TaskFilter, TemplateField>;

/** What each other filter asks of `t`, a row of `tasks`. */
const CONDITIONS: { readonly [Field in TaskField]-?: Condition<NonNullable<TaskFilter[Field]>> } = {
  ids: (ids, p) => `t.task_id = any (${p.add(ids)}::bigint[])`,
  states: (states, p) => {
    const wanted = p.add(states);
    // Tasks that ended badly are few among many, and stand in a table of their own.
    const isSetAside = states.every((state) => SET_ASIDE.has(state));
    const among = isSetAside ? ` and t.task_id in (select a.task_id from __schema__.set_aside_tasks a)` : '';
    return `t.state = any (${wanted}::text[])${among}`;
  },
  tags: (tags, p) => `t.tags @> ${p.add(JSON.stringify(tags))}::jsonb`,
  anyTags: (tags, p) => `t.tags ?| ${p.add(tags)}::text[]`,
  initiator: (initiator, p) => `t.initiator = ${p.add(initiator)}`,
  sourceSystem: (sourceSystem, p) => `t.source_system = ${p.add(sourceSystem)}`,
  identityHash: (hash, p) =>
    `t.task_id = (select i.task_id from __schema__.task_identities i where i.identity_hash = ${p.add(hash)})`,
  annotation: ({ type, key, value }, p) => {
    const conditions = ['a.task_id = t.task_id'];
    if (type !== undefined) conditions.push(`y.name = ${p.add(type)}`);
    if (key !== undefined && value === undefined) conditions.push(`a.annotation ? ${p.add(key)}`);
    if (key !== undefined && value !== undefined) conditions.push(`a.annotation ->> ${p.add(key)} = ${p.add(value)}`);
    return `exists (
      select from __schema__.task_annotations a join __schema__.annotation_types y using (annotation_type_id)
      where ${conditions.join(' and ')}
    )`;
  },
  // Silent: a path that does not fit a context finds nothing in it.
  contextPath: (path, p) => `jsonb_path_exists(t.context, ${p.add(path)}::jsonpath, '{}', true)`,
  text: (text, p) => {
    const pattern = p.add(`%${text.replace(/[\\%_]/g, '\\$&')}%`);
    const columns = ['t.reason', 't.initiator', 't.source_system', 't.tags::text'];
    const own = columns.map((column) => `${column} ilike ${pattern}`).join(' or ');
    return `(${own} or t.named_task_id = any (${namedTasks([`nt.name ilike ${pattern}`])}))`;
  },
  createdAfter: (instant, p) => `t.created_at > ${p.add(instant)}::timestamptz`,
  createdBefore: (instant, p) => `t.created_at < ${p.add(instant)}::timestamptz`,
  updatedAfter: (instant, p) => `t.updated_at > ${p.add(instant)}::timestamptz`,
  updatedBefore: (instant, p) => `t.updated_at < ${p.add(instant)}::timestamptz`,
};

const SET_ASIDE: ReadonlySet<string> = new Set(['error', 'cancelled', 'resolved_manually']);

/** The conditions of a filter on the task itself, of which all must hold. */
export function taskConditions(filter: TaskFilter, parameters: Parameters): string[] {
  return Object.entries(filter)
    .filter(([field, value]) => value !== undefined && Object.hasOwn(CONDITIONS, field))
    .map(([field, value]) => (CONDITIONS[field as TaskField] as Condition<unknown>)(value, parameters));
}

const INDEXED: ReadonlySet<string> = new Set([
  ...TEMPLATE_FIELDS,
  'ids',
  'identityHash',
] satisfies (keyof TaskFilter)[]);

/** Whether, in the order of the ids, an index leads to what the filter asks for, so that no more is looked at than is found. */
export function goesByIndex(filter: TaskFilter): boolean {
  return Object.entries(filter).every(([field, value]) => value === undefined || INDEXED.has(field));
}

/** SQL for the array of the named tasks that a filter asks for, or null when it asks for none in particular. */
export function templatesOf(filter: TaskFilter, parameters: Parameters): string | null {
  const asked = TEMPLATE_FIELDS.filter((field) => filter[field] !== undefined);
  if (asked.length === 0) return null;
  return namedTasks(asked.map((field) => `${TEMPLATE_COLUMNS[field]} = ${parameters.add(filter[field])}`));
}

/** Named tasks are few; they are looked up once a statement. */
function namedTasks(conditions: readonly string[]): string {
  return `array(
    select nt.named_task_id from __schema__.named_tasks nt
    join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
    where ${conditions.join(' and ')}
  )`;
}
