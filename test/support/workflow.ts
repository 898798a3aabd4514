import { createHash } from 'node:crypto';
import type { NewTaskExtra } from '../../lib/persistence/task.gateway.js';
import type { NewStepTemplate } from '../../lib/persistence/template.gateway.js';
import type {
  AdvanceAnswer,
  ApartAnswer,
  ClaimedStep,
  ClaimRequest,
  RecordedOutcome,
} from '../../lib/persistence/worker.gateway.js';
import type { JsonObject, JsonValue } from '../../lib/workflow/json.js';
import { analyseGraph, type GraphNode } from '../../lib/workflow/graph.js';
import type { Persistence } from './persistence.js';

/** What a step of a shape may have of its own, by its name. */
export type StepSettings = Readonly<Record<string, Partial<NewStepTemplate>>>;

export interface ShapeSettings {
  readonly name?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly replace?: boolean;
  readonly steps?: StepSettings;
}

/** Registers a shape as a template and answers the id of its named task. Equal shapes are one template. */
export async function registerShape(
  { templates }: Pick<Persistence, 'templates'>,
  nodes: readonly GraphNode[],
  { name, namespace = 'shapes', version = '1.0.0', replace = false, steps: settings = {} }: ShapeSettings = {},
): Promise<string> {
  const steps = stepTemplatesOf(nodes, settings);
  const fingerprint = createHash('sha256').update(JSON.stringify(steps)).digest('hex');
  const [registered] = await templates.registerAll([
    {
      namespace,
      name: name ?? `shape_${fingerprint.slice(0, 16)}`,
      version,
      description: 'a shape under test',
      wording: {},
      fingerprint,
      configuration: { fingerprint },
      steps,
      replace,
    },
  ]);
  return registered!.namedTaskId;
}

function stepTemplatesOf(nodes: readonly GraphNode[], settings: StepSettings): NewStepTemplate[] {
  const { leaves } = analyseGraph(nodes);
  const depths = minDepthsOf(nodes);
  return nodes.map(({ name, dependsOn }) => ({
    name,
    description: name,
    dependentSystem: 'tests',
    parents: dependsOn.map((parent) => nodes.findIndex((node) => node.name === parent)),
    minDepth: depths.get(name)!,
    isLeaf: leaves.includes(name),
    handler: `tests.${name}`,
    handlerConfig: {},
    retryable: true,
    retryLimit: 3,
    skippable: false,
    timeoutSeconds: 30,
    backoff: { baseSeconds: 1, factor: 2, maxSeconds: 60, jitter: 0 },
    queue: 'default',
    priority: 0,
    ...settings[name],
  }));
}

/** The shortest path from a root, by name. */
export function minDepthsOf(nodes: readonly GraphNode[]): Map<string, number> {
  const { order } = analyseGraph(nodes);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const depths = new Map<string, number>();
  for (const name of order) {
    const parents = byName.get(name)!.dependsOn.map((parent) => depths.get(parent)!);
    depths.set(name, parents.length === 0 ? 0 : Math.min(...parents) + 1);
  }
  return depths;
}

/** Starts one task and answers its id. */
export async function startTask(
  { tasks }: Pick<Persistence, 'tasks'>,
  namedTaskId: string,
  {
    context = {},
    priority = null,
    extra,
  }: {
    readonly context?: JsonObject;
    readonly priority?: number | null;
    readonly extra?: NewTaskExtra | undefined;
  } = {},
): Promise<string> {
  const [task] = await tasks.startTasks([
    {
      namedTaskId,
      context: JSON.stringify(context),
      initiator: 'tests',
      sourceSystem: 'tests',
      reason: 'a test',
      tags: [],
      priority,
      extra,
    },
  ]);
  return task!.id;
}

export const complete = (step: ClaimedStep, results: JsonValue = { done: true }): RecordedOutcome => ({
  ...attemptOf(step),
  kind: 'complete',
  results: JSON.stringify(results),
});

/** A failure that another attempt may mend. */
export const fail = (step: ClaimedStep, afterSeconds = 60): RecordedOutcome => ({
  ...attemptOf(step),
  kind: 'retry',
  error: JSON.stringify({ message: 'it went wrong', code: 'WRONG', class: 'Error', permanent: false, context: {} }),
  afterSeconds,
});

/** A failure that no attempt can mend. */
export const failForGood = (step: ClaimedStep): RecordedOutcome => ({
  ...attemptOf(step),
  kind: 'error',
  error: JSON.stringify({ message: 'it is wrong', code: 'WRONG', class: 'Error', permanent: true, context: {} }),
});

/** A step handed back unrun. */
export const release = (step: ClaimedStep): RecordedOutcome => ({ ...attemptOf(step), kind: 'release' });

function attemptOf({ id, taskId, attemptNumber }: ClaimedStep): Omit<RecordedOutcome, 'kind'> {
  return { stepId: id, taskId, attemptNumber, results: null, error: null, afterSeconds: null };
}

export interface ClaimSettings {
  readonly want?: number;
  readonly queues?: readonly string[] | null;
  readonly without?: readonly string[];
  readonly scarce?: readonly string[];
  readonly scarceWant?: number;
  readonly maxBytes?: number;
}

/** A worker moved by hand. */
export class HandWorker {
  private constructor(
    private readonly persistence: Persistence,
    readonly id: string,
  ) {}

  static async register(persistence: Persistence, leaseSeconds = 30): Promise<HandWorker> {
    const id = await persistence.workers.register({
      name: 'by hand',
      host: 'tests',
      pid: process.pid,
      version: '0.0.0',
      queues: null,
      concurrency: 10,
      leaseSeconds,
      templateIds: [],
      handledTemplateIds: [],
    });
    return new HandWorker(persistence, id);
  }

  /** Both halves of what a worker says in one call. */
  advance(outcomes: readonly RecordedOutcome[], settings: ClaimSettings = {}): Promise<AdvanceAnswer> {
    return this.persistence.workers.advance({ ...this.request(settings), outcomes });
  }

  async claim(settings: ClaimSettings = {}): Promise<readonly ClaimedStep[]> {
    return (await this.advance([], settings)).claimed.steps;
  }

  /** As `claim`, in the way of a claim of which some part was refused. */
  async claimApart(settings: ClaimSettings = {}): Promise<readonly ClaimedStep[]> {
    const answer = await this.persistence.workers.advanceApart({ ...this.request(settings), outcomes: [] });
    return answer.claimed.steps;
  }

  async record(...outcomes: readonly RecordedOutcome[]): Promise<AdvanceAnswer> {
    return this.advance(outcomes, { want: 0 });
  }

  /** As `record`, each by itself. */
  recordApart(...outcomes: readonly RecordedOutcome[]): Promise<ApartAnswer> {
    return this.persistence.workers.advanceApart({ ...this.request({ want: 0 }), outcomes });
  }

  private request({
    want = 100,
    queues = null,
    without = [],
    scarce = [],
    scarceWant = 0,
    maxBytes = 33_554_432,
  }: ClaimSettings): ClaimRequest {
    return { workerId: this.id, want, queues, without, scarce, scarceWant, maxBytes };
  }
}

/** Names of the steps of a task by their ids. */
export async function stepNames({ query }: Persistence, taskId: string): Promise<Map<string, string>> {
  const rows = await query<{ id: string; name: string }>(
    `select s.workflow_step_id as id, n.name from __schema__.workflow_steps s
     join __schema__.named_steps n on n.named_step_id = s.named_step_id where s.task_id = $1`,
    taskId,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** States of the steps of a task by their names. */
export async function statesOf({ query }: Persistence, taskId: string): Promise<Record<string, string>> {
  const rows = await query<{ name: string; state: string }>(
    `select n.name, s.state from __schema__.workflow_steps s
     join __schema__.named_steps n on n.named_step_id = s.named_step_id where s.task_id = $1`,
    taskId,
  );
  return Object.fromEntries(rows.map(({ name, state }) => [name, state]));
}

export async function taskState({ query }: Persistence, taskId: string): Promise<string> {
  const [row] = await query<{ state: string }>('select state from __schema__.tasks where task_id = $1', taskId);
  return row!.state;
}

/** Lets every wait of this task be over, as time would. */
export async function endWaits({ query }: Persistence, taskId: string): Promise<void> {
  await query(`update __schema__.ready_steps set run_at = now() - interval '1 second' where task_id = $1`, taskId);
}
