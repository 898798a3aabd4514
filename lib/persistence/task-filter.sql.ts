import type { TaskFilter } from '../workflow/task.filter.js';
import { checkScope } from '../workflow/task.scope.check.js';
import { TEMPLATE_SCOPES, type TaskScope } from '../workflow/task.scope.js';

/** Collects the parameters of a statement. `add` returns the placeholder of a parameter. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

type Condition<Value> = (value: Value, parameters: Parameters) => string;

type TemplateField = (typeof TEMPLATE_SCOPES)[number];

/** The conditions on the task template, `nt` in the namespace `ns`, by field. */
const TEMPLATE_CONDITIONS: { readonly [Field in TemplateField]-?: Condition<NonNullable<TaskScope[Field]>> } = {
  namespaces: (namespaces, p) => `ns.name = any (${p.add(namespaces)}::text[])`,
  templates: (templates, p) =>
    `exists (
      select from jsonb_to_recordset(${p.add(JSON.stringify(templates))}::jsonb) x (namespace text, name text, version text)
      where x.namespace = ns.name and x.name = nt.name and coalesce(x.version, nt.version) = nt.version
    )`,
  namespace: (namespace, p) => `ns.name = ${p.add(namespace)}`,
  name: (name, p) => `nt.name = ${p.add(name)}`,
  version: (version, p) => `nt.version = ${p.add(version)}`,
};

/** A filter whose tasks may also have to be about a person. */
export interface StoredTaskFilter extends TaskFilter {
  /** The hash of the person, in Base64. */
  readonly subjectHash?: string;
}

type TaskField = Exclude<keyof StoredTaskFilter, TemplateField>;

/** The conditions on `t`, a row of `tasks`, by field. */
const CONDITIONS: { readonly [Field in TaskField]-?: Condition<NonNullable<StoredTaskFilter[Field]>> } = {
  ids: (ids, p) => `t.task_id = any (${p.add(ids)}::bigint[])`,
  states: (states, p) => {
    const wanted = p.add(states);
    // Tasks that did not end as complete are rare, and a small table lists them.
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
  subjectHash: (hash, p) =>
    `t.task_id in (select d.task_id from __schema__.data_subjects d where d.subject_hash = decode(${p.add(hash)}, 'base64'))`,
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
  // Silent: a path that does not match the structure of a context finds nothing.
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

const INDEXED: ReadonlySet<string> = new Set([...TEMPLATE_SCOPES, 'ids', 'identityHash', 'subjectHash']);

/** Whether an index finds the tasks of the filter in the order of their ids, so that no other tasks are read. */
export function goesByIndex(filter: StoredTaskFilter | TaskScope): boolean {
  return Object.entries(filter).every(([field, value]) => value === undefined || INDEXED.has(field));
}

/** SQL that selects tasks. */
export interface TaskSelection {
  /** SQL for the array of their named tasks; null for all. */
  readonly templates: string | null;
  /** Conditions on `t`, the task itself, all of which must hold. */
  readonly conditions: readonly string[];
}

/**
 * Selects the tasks of a filter that are in scope.
 * @throws InvalidScopeError
 */
export function selectionOf(filter: StoredTaskFilter, scope: TaskScope | null, parameters: Parameters): TaskSelection {
  checkScope(scope);
  const both = scope === null ? [filter] : [filter, scope];
  const templates = both.flatMap((each) => conditionsIn(TEMPLATE_CONDITIONS, each, parameters));
  return {
    templates: templates.length > 0 ? namedTasks(templates) : null,
    conditions: both.flatMap((each) => conditionsIn(CONDITIONS, each, parameters)),
  };
}

/**
 * The conditions on `t`, a row of `tasks`, that all hold if it is in scope. Empty for null, which means every task.
 * @throws InvalidScopeError
 */
export function scopeConditions(scope: TaskScope | null, parameters: Parameters): readonly string[] {
  const { templates, conditions } = selectionOf({}, scope, parameters);
  return templates === null ? conditions : [`t.named_task_id = any (${templates})`, ...conditions];
}

/**
 * SQL for the array of the named tasks in scope; null for all.
 * @throws InvalidScopeError
 */
export function templatesOf(scope: TaskScope, parameters: Parameters): string | null {
  checkScope(scope);
  const conditions = conditionsIn(TEMPLATE_CONDITIONS, scope, parameters);
  return conditions.length > 0 ? namedTasks(conditions) : null;
}

/**
 * SQL for the array of the namespaces in scope; null if the scope has other conditions than namespaces.
 * @throws InvalidScopeError
 */
export function namespacesOf(scope: TaskScope, parameters: Parameters): string | null {
  checkScope(scope);
  const whole = ['namespaces', 'namespace'] as const;
  const isWhole = Object.keys(scope).every((field) => (whole as readonly string[]).includes(field));
  if (!isWhole) return null;
  const conditions = ['true', ...conditionsIn(TEMPLATE_CONDITIONS, scope, parameters)];
  return `array(select ns.task_namespace_id from __schema__.task_namespaces ns where ${conditions.join(' and ')})`;
}

/** Like `scopeConditions`, for one task. @param taskId SQL for its id */
export function isInScope(taskId: string, scope: TaskScope | null, parameters: Parameters): string {
  const conditions = [`t.task_id = ${taskId}`, ...scopeConditions(scope, parameters)];
  return `exists (select from __schema__.tasks t where ${conditions.join(' and ')})`;
}

function conditionsIn(
  table: Readonly<Record<string, unknown>>,
  asked: TaskFilter | TaskScope,
  parameters: Parameters,
): string[] {
  return Object.entries(asked)
    .filter(([field, value]) => value !== undefined && Object.hasOwn(table, field))
    .map(([field, value]) => (table[field] as Condition<unknown>)(value, parameters));
}

/** There are few named tasks, so they are looked up once per statement. */
function namedTasks(conditions: readonly string[]): string {
  return `array(
    select nt.named_task_id from __schema__.named_tasks nt
    join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
    where ${conditions.join(' and ')}
  )`;
}
