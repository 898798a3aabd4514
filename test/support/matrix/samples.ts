import type { Permission } from 'nestjs-tasker';
import { BULK_OPERATIONS } from '../../../lib/api/bulk.operations.js';
import { STEP_OPERATIONS } from '../../../lib/api/step.operations.js';
import { TASK_OPERATIONS } from '../../../lib/api/task.operations.js';
import { STEP_PARTS } from '../../../lib/auth/part.access.js';

/** Something that operations are about. */
export interface Target {
  readonly task: string;
  readonly step: string;
  readonly stepId: string;
  readonly webhook: string;
  readonly delivery: string;
  readonly token: string;
  readonly namespace: string;
  readonly name: string;
  /** In the stream of changes, before every change of the task. */
  readonly position: string;
}

/** The kinds of tasks, webhooks and API tokens that there are in the shop. */
export const KINDS = ['waiting', 'held', 'failed', 'over', 'webhook', 'token'] as const;
export type Kind = (typeof KINDS)[number];

/** How to ask for an operation so that it can be carried out. What names a task, a step or a webhook is added. */
export interface Sample {
  readonly on: Kind;
  /** Of a route. */
  readonly query?: (target: Target) => Readonly<Record<string, string>>;
  /** Fields of the body, of the input of a mutation, or of the filter of a query. */
  readonly input?: (target: Target) => object;
  /** Names its subject in the body only. */
  readonly names?: true;
  /** May be carried out again and again with the same task. */
  readonly repeats?: true;
  /** Users of every scope may do it: what they make has their scope. */
  readonly keepsScope?: true;
}

const order = ({ namespace, name }: Target): object => ({
  namespace,
  name,
  version: '1.0.0',
  context: { order_id: 1 },
});
const allParts = 'context,annotations,transitions,steps,analysis,summary';
const URL = 'https://example.com/hook';

const waiting: Sample = { on: 'waiting' };
const held: Sample = { on: 'held' };
const failed: Sample = { on: 'failed' };
const over: Sample = { on: 'over' };
const webhook: Sample = { on: 'webhook' };
const token: Sample = { on: 'token' };
/** Another value each time, so that there is always something to change. */
let changes = 0;
const change: Sample = { on: 'failed', input: () => ({ priority: ++changes }), repeats: true };
const changeStep: Sample = { on: 'failed', input: () => ({ retryLimit: ++changes }), repeats: true };
const ids = ({ task }: Target): Readonly<Record<string, string>> => ({ ids: task });

/** By the `operationId` of REST and the name of the query, mutation or subscription. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  // Actions, by the same names over both: those without parameters on a task that waits, unless they take another.
  ...Object.fromEntries([...TASK_OPERATIONS, ...STEP_OPERATIONS, ...BULK_OPERATIONS].map(({ id }) => [id, waiting])),
  ...{ releaseTask: held, releaseTasks: held },
  ...{ eraseTask: over, eraseTasks: over },
  ...{ retryTask: failed, resetTask: failed, resolveTask: failed, rerunTask: failed },
  ...{ retryTasks: failed, resetTasks: failed, resolveTasks: failed },
  ...{ retryStep: failed, resetStep: failed, skipStep: failed },
  resolveStep: { on: 'failed', input: () => ({ results: { paid: true } }) },
  changeRetryLimit: changeStep,
  changeTask: change,
  annotateTask: { on: 'waiting', input: () => ({ type: 'audit', annotation: { by: 'ann' } }), repeats: true },
  startTask: { on: 'waiting', input: order, names: true, repeats: true },
  startTasks: { on: 'waiting', input: (target) => ({ tasks: [order(target)] }), names: true, repeats: true },

  // REST
  listTasks: { on: 'failed', query: (target) => ({ ...ids(target), include: allParts }) },
  getTask: { on: 'failed', query: () => ({ include: allParts }) },
  ...{ replaceTask: change, deleteTask: waiting },
  ...{ getTransitions: failed, getAnnotations: failed, getGraph: failed },
  ...{ listSteps: failed, getStep: failed, deleteStep: waiting, getStepById: failed },
  replaceStep: changeStep,
  followChanges: { on: 'failed', query: ({ position }) => ({ after: position }) },
  followTask: { on: 'failed', query: ({ position }) => ({ after: position }) },
  listDeadLetters: { on: 'failed', query: ids },
  ...{ listNamespaces: failed, listTemplates: failed, getTemplate: failed },
  ...{ listNamespacesOfHandlers: failed, listHandlers: failed, getHandler: failed },
  ...{ listWorkers: failed, listQueues: failed, getPerformance: failed, getBottlenecks: failed, getStatus: failed },
  ...{ listEventKinds: failed, listEventListeners: failed },
  ...{ checkLiveness: failed, checkReadiness: failed },
  ...{ listWebhooks: webhook, getWebhook: webhook, listWebhookDeliveries: webhook, deleteWebhook: webhook },
  createWebhook: { on: 'webhook', input: () => ({ url: URL, isEnabled: false }), keepsScope: true, repeats: true },
  changeWebhook: { on: 'webhook', input: () => ({ isEnabled: false }), repeats: true },
  rotateWebhookSecret: { ...webhook, repeats: true },
  redeliver: { ...webhook, repeats: true },
  redeliverFailed: { ...webhook, repeats: true },
  ...{ listApiTokens: token, revokeApiToken: token, rotateApiToken: { ...token, repeats: true } },
  createApiToken: {
    on: 'token',
    input: () => ({ name: 'import', userId: 'importer', namespaces: ['nowhere'] }),
    keepsScope: true,
    repeats: true,
  },

  // Only entries that requests of the matrix do not add to, and without the reasons of actions, which are secrets elsewhere.
  listAuditEntries: { on: 'token', query: () => ({ operation: 'createApiToken', outcomes: 'done' }) },
  ...{ listAuditHeads: token, verifyAuditLog: token },
  exportAuditLog: { on: 'token', query: () => ({ namespace: '' }) },

  // GraphQL
  auditEntries: { on: 'token', input: () => ({ operation: 'createApiToken', outcomes: ['done'] }) },
  auditHeads: token,
  ...{ task: failed, tasks: failed, step: failed, deadLetters: failed, annotationTypes: failed },
  ...{ namespaces: failed, templates: failed, template: failed },
  ...{ workers: failed, queues: failed, systemStatus: failed, health: failed, analytics: failed },
  ...{ eventKinds: failed, eventListeners: failed },
  ...{ taskUpdated: failed, stepUpdated: failed },
};

/** How to get from an operation to an object of a type whose fields are asked for. */
export const WAYS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  Analytics: ['analytics'],
  StepGraph: ['task', 'graph'],
  StepUpdate: ['stepUpdated'],
  Task: ['task'],
  TaskUpdate: ['taskUpdated'],
  WorkflowStep: ['step'],
};

/** The steps whose fields have a value: `pack` has steps before, after and beside it, and only `bill` has failed. */
export const stepFor = (type: string, field: string): string =>
  type === 'WorkflowStep' && field !== 'error' ? 'pack' : 'bill';

/** Fields that are null without a permission of their own, and without an error. */
export const SILENT: Readonly<Record<string, Readonly<Record<string, Permission>>>> = {
  'Task.transitions': { error: STEP_PARTS.error },
};
