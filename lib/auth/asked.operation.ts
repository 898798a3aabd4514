import type { ExecutionContext } from '@nestjs/common';
import { START_DEFAULTS } from '../workflow/start.defaults.js';
import type {
  AccessFace,
  AuthorizationSubject,
  SubjectKind,
} from '../workflow/access/authorization-coordinator.contract.js';
import type { Permission } from '../workflow/access/permissions.js';
import { isTaskerRequest } from './tasker-request.js';

type Values = Readonly<Record<string, unknown>>;

/** An operation as the caller requested it. */
export interface AskedOperation {
  readonly request: unknown;
  /** Identifies the request or the GraphQL execution, within which each fact is looked up only once. */
  readonly key: object;
  readonly face: AccessFace;
  readonly field: string | null;
  /** The values in the path, the arguments and the body. They have not been checked. */
  readonly values: Values;
  readonly filter: Values | null;
  /** The starts of a batch. */
  readonly starts: readonly Values[] | null;
}

/** The fields that requests of Express and Fastify have in common. */
interface HttpRequest {
  readonly method?: string;
  readonly params?: Values;
  readonly query?: Values;
  readonly body?: unknown;
}

interface ResolveInfo {
  readonly parentType?: { readonly name: string };
  readonly fieldName?: string;
  readonly variableValues?: object;
  readonly operation?: { readonly operation: string };
}

export function askedIn(context: ExecutionContext): AskedOperation {
  return context.getType<string>() === 'graphql' ? askedOfResolver(context) : askedOfController(context);
}

/** A resolver's arguments are (parent, args, context, info); the HTTP request is by convention `context.req`. */
function askedOfResolver(context: ExecutionContext): AskedOperation {
  const [, args, shared, info] =
    context.getArgs<[unknown, Values | undefined, { req?: unknown } | undefined, ResolveInfo]>();
  const values = asValues(args?.input) ?? args ?? {}; // mutations have all their arguments in `input`
  return {
    request: shared?.req,
    key: info.variableValues ?? info,
    face: info.operation?.operation === 'subscription' ? 'subscription' : 'graphql',
    field: fieldOf(info),
    values,
    filter: asValues(values.filter) ?? followed(values),
    starts: startsIn(values),
  };
}

/** The field, such as `Query.task`; null if unknown. */
export function fieldOf({ parentType, fieldName }: ResolveInfo): string | null {
  return parentType && fieldName !== undefined ? `${parentType.name}.${fieldName}` : null;
}

function askedOfController(context: ExecutionContext): AskedOperation {
  const request = context.switchToHttp().getRequest<HttpRequest>();
  const body = asValues(request.body) ?? {};
  const query = request.query ?? {};
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  return {
    request,
    key: request,
    face: isTaskerRequest(context, 'events') ? 'events' : 'rest',
    field: null,
    // Over REST, only the path identifies the task, step or webhook.
    values: { ...(isReading ? query : body), ...NOTHING, ...request.params },
    filter: isReading ? filterIn(query) : asValues(body.filter),
    starts: startsIn(body),
  };
}

const NOTHING = { id: undefined, taskId: undefined, step: undefined };

function startsIn({ tasks }: Values): readonly Values[] | null {
  return Array.isArray(tasks) ? tasks.map((each: unknown) => asValues(each) ?? {}) : null;
}

/** The arguments of a subscription that select changes; null for other operations. */
function followed({ taskIds, events, steps, ...rest }: Values): Values | null {
  const lists = { taskIds, events, steps };
  if (Object.values(lists).every((value) => value === undefined)) return null;
  const { namespace, name, version } = rest;
  return { ...lists, namespace, name, version };
}

const LISTS = ['ids', 'taskIds', 'states', 'events'];
const REPEATED = ['tags', 'anyTags', 'steps'];
/** Parameters that affect the form of the answer, and not the selection. */
const NO_FILTERS = ['sort', 'limit', 'after', 'before', 'include', 'format', 'period', 'state'];

/** The filter in the parameters of a query; null if there is none. */
function filterIn(query: Values): Values | null {
  const entries = Object.entries(query)
    .filter(([name]) => !NO_FILTERS.includes(name) && !name.startsWith('annotation'))
    .map(([name, value]) => [name, listed(name, value)] as const);
  const { annotationType: type, annotationKey: key, annotationValue: value } = query;
  const annotation = Object.entries({ type, key, value }).filter(([, each]) => each !== undefined);
  if (annotation.length > 0) entries.push(['annotation', Object.fromEntries(annotation)]);
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}

function listed(name: string, value: unknown): unknown {
  if (REPEATED.includes(name)) return [value].flat();
  if (!LISTS.includes(name)) return value;
  return [value]
    .flat()
    .flatMap((each) => (typeof each === 'string' ? each.split(',').filter((id) => id !== '') : each));
}

/** The subjects of an operation: one, or one for each start of a batch. */
export function subjectsOf(asked: AskedOperation, permission: Permission): readonly AuthorizationSubject[] {
  if (permission !== 'tasker.task:create') return [subjectOf(asked, permission)];
  const starts = asked.starts?.length ? asked.starts : [asked.values]; // an empty batch needs a decision, too
  return starts.map((start) => ({ ...subjectOf(asked, permission), ...startOf(start) }));
}

/** A start as the subject of a permission. */
export function subjectOfStart(start: object, permission: Permission, { face, field }: Place): AuthorizationSubject {
  return { ...emptySubject(permission, face, field), ...startOf(start as Values) };
}

type Place = Pick<AuthorizationSubject, 'face' | 'field'>;

function startOf({ namespace, name, version, initiator }: Values): Partial<AuthorizationSubject> {
  return {
    namespace: text(namespace) ?? START_DEFAULTS.namespace,
    name: text(name),
    version: text(version) ?? START_DEFAULTS.version,
    initiator: text(initiator),
  };
}

/** The subject, with the fields that the operation itself has. */
function subjectOf({ values, filter, face, field }: AskedOperation, permission: Permission): AuthorizationSubject {
  const subject = emptySubject(permission, face, field);
  const { kind } = subject;
  const about = { ...values, ...filter };
  return {
    ...subject,
    ...ID_OF[kind](values),
    namespace: text(about.namespace),
    name: text(about.name),
    version: text(about.version),
    initiator: text(about.initiator),
    filter: kind === 'template' ? null : filter,
    ids: texts(filter?.ids) ?? texts(filter?.taskIds),
  };
}

/** A subject with only the kind of the permission, the face and the field. */
export function emptySubject(permission: Permission, face: AccessFace, field: string | null): AuthorizationSubject {
  const nothing = { id: null, taskId: null, step: null, namespace: null, name: null, version: null, initiator: null };
  return { kind: kindOf(permission), ...nothing, filter: null, ids: null, face, field };
}

type Named = Pick<AuthorizationSubject, 'id' | 'taskId' | 'step'>;

/** The names of the subject in the values of an operation. For a step, only the database can tell a name from an id. */
const ID_OF: Readonly<Record<SubjectKind, (values: Values) => Named>> = {
  task: ({ id, taskId }) => ({ id: text(id) ?? text(taskId), taskId: text(id) ?? text(taskId), step: null }),
  step: ({ id, taskId, step }) =>
    taskId === undefined
      ? { id: text(id), taskId: null, step: null }
      : { id: null, taskId: text(taskId), step: text(step) ?? text(id) },
  template: () => ({ id: null, taskId: null, step: null }),
  webhook: ({ id }) => ({ id: text(id), taskId: null, step: null }),
  system: () => ({ id: null, taskId: null, step: null }),
};

const KINDS: Readonly<Record<string, SubjectKind>> = {
  'tasker.task': 'task',
  'tasker.workflow_step': 'step',
  'tasker.handler': 'template',
  'tasker.webhook': 'webhook',
};

export function kindOf(permission: Permission): SubjectKind {
  return KINDS[permission.split(':')[0]!] ?? 'system';
}

function asValues(value: unknown): Values | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : null;
}
