import type {
  ActionPayload,
  BackoffPayload,
  ClaimedStepsPayload,
  DelayedTaskPayload,
  EnqueuedTaskPayload,
  FinalisedTaskPayload,
  LeaseLostPayload,
  ReachedLimitPayload,
  RecordedStepsPayload,
  RefusedTasksPayload,
  RegisteredHandlerPayload,
  RegisteredSubscriberPayload,
  RegisteredWorkerPayload,
  RequeuedTaskPayload,
  RetentionPayload,
  StaleOutcomePayload,
  StartedStepsPayload,
  StepFailedPayload,
  StepPayload,
  StepTransitionPayload,
  TaskTransitionPayload,
  WorkedTaskPayload,
  WorkerPayload,
} from './event.payloads.js';

/** One kind of event. */
export interface EventKind<Payload extends object> {
  /** When it is published. */
  readonly description: string;
  readonly examplePayload: Payload;
}

const event = <Payload extends object>(description: string, examplePayload: Payload): EventKind<Payload> => ({
  description,
  examplePayload,
});

const AT = { at: '2026-01-01T00:00:00.000Z' };
const TASK = { taskId: '42', namespace: 'shop', name: 'order', version: '1.0.0', ...AT };
const STEP = { ...TASK, stepId: '107', step: 'charge', attempt: 1 };
const WORKER = { workerId: '3', ...AT };
const ERROR = { message: 'card declined', code: 'DECLINED', class: 'PaymentError', permanent: true };
const DUE = '2026-01-01T00:00:04.000Z';

/**
 * The names of all events. An event is published once, after the commit of the change that it reports, in the process
 * that made the change. Events of transitions have the names of Rails Tasker. The history has the same payload under the
 * same name: see `Change`.
 */
export const EVENTS = {
  'task.initialize_requested': event<TaskTransitionPayload>('A task was created, or waits again for its first step.', {
    ...TASK,
    from: null,
    to: 'pending',
  }),
  'task.start_requested': event<TaskTransitionPayload>('The first step of a task was claimed.', {
    ...TASK,
    from: 'pending',
    to: 'in_progress',
  }),
  'task.completed': event<TaskTransitionPayload>('Every step of a task is done.', {
    ...TASK,
    from: 'in_progress',
    to: 'complete',
  }),
  'task.failed': event<TaskTransitionPayload>('A task cannot go on: a failed step blocks the rest of it.', {
    ...TASK,
    from: 'in_progress',
    to: 'error',
  }),
  'task.retry_requested': event<TaskTransitionPayload>('A failed task was restarted.', {
    ...TASK,
    from: 'error',
    to: 'pending',
  }),
  'task.cancelled': event<TaskTransitionPayload>('A task was cancelled.', {
    ...TASK,
    from: 'in_progress',
    to: 'cancelled',
  }),
  'task.resolved_manually': event<TaskTransitionPayload>('A person resolved a failed task.', {
    ...TASK,
    from: 'error',
    to: 'resolved_manually',
  }),

  'step.execution_requested': event<StepTransitionPayload>('A worker claimed a step and is about to run its handler.', {
    ...STEP,
    from: 'pending',
    to: 'in_progress',
  }),
  'step.before_handle': event<StepPayload>('The handler of a step was called.', STEP),
  'step.completed': event<StepTransitionPayload>('An attempt succeeded and its results are stored.', {
    ...STEP,
    from: 'in_progress',
    to: 'complete',
  }),
  'step.failed': event<StepFailedPayload>('An attempt failed, whether or not another follows.', {
    ...STEP,
    from: 'in_progress',
    to: 'error',
    error: ERROR,
    retryAt: null,
  }),
  'step.retry_requested': event<StepTransitionPayload>('A person asked for another attempt of a failed step.', {
    ...STEP,
    from: 'error',
    to: 'pending',
  }),
  'step.handed_back': event<StepTransitionPayload>(
    'A worker handed a step back unfinished; the attempt does not count.',
    { ...STEP, from: 'in_progress', to: 'pending' },
  ),
  'step.cancelled': event<StepTransitionPayload>('A step was cancelled.', {
    ...STEP,
    from: 'in_progress',
    to: 'cancelled',
  }),
  'step.resolved_manually': event<StepTransitionPayload>('A person resolved a step.', {
    ...STEP,
    from: 'error',
    to: 'resolved_manually',
  }),
  'step.skipped': event<StepTransitionPayload>('A step was bypassed.', { ...STEP, from: 'pending', to: 'skipped' }),
  'step.outcome_stale': event<StaleOutcomePayload>(
    'An outcome came too late: its attempt was no longer leased to its worker.',
    { ...STEP, workerId: '3', outcome: 'complete' },
  ),

  'workflow.task_started': event<WorkedTaskPayload>('A worker began to work on a task.', { ...TASK, workerId: '3' }),
  'workflow.viable_steps_discovered': event<ClaimedStepsPayload>('A worker claimed steps of a task in one pass.', {
    ...TASK,
    workerId: '3',
    stepIds: ['107', '108'],
    steps: ['charge', 'reserve'],
    stepCount: 2,
  }),
  'workflow.no_viable_steps': event<WorkerPayload>(
    'A worker had room for steps and found none that it may run.',
    WORKER,
  ),
  'workflow.steps_execution_started': event<StartedStepsPayload>('A worker took over the steps of one claim.', {
    ...WORKER,
    stepCount: 2,
  }),
  'workflow.steps_execution_completed': event<RecordedStepsPayload>('A worker recorded the outcomes of attempts.', {
    ...WORKER,
    processedCount: 2,
    successfulCount: 1,
    failedCount: 1,
  }),
  'workflow.task_finalization_started': event<FinalisedTaskPayload>(
    'The task handler of an ended task is called, to annotate it.',
    { ...TASK, state: 'complete' },
  ),
  'workflow.task_finalization_completed': event<FinalisedTaskPayload>(
    'The annotations of the task handler are stored.',
    { ...TASK, state: 'complete' },
  ),
  'workflow.task_reenqueue_requested': event<RequeuedTaskPayload>(
    'Steps of a task are queued again, without a backoff.',
    {
      ...TASK,
      steps: ['charge'],
      reason: 'retry_requested',
    },
  ),
  'workflow.task_reenqueue_delayed': event<DelayedTaskPayload>('A step of a task is queued again for later.', {
    ...TASK,
    step: 'charge',
    reason: 'retry_backoff',
    delaySeconds: 4,
    scheduledFor: DUE,
  }),

  'observability.task.enqueue': event<EnqueuedTaskPayload>('The first steps of a new task are queued.', {
    ...TASK,
    runAt: null,
  }),
  'observability.step.backoff': event<BackoffPayload>('A failed step waits for its next attempt.', {
    ...STEP,
    backoffSeconds: 4,
    backoffType: 'exponential',
    retryAt: DUE,
  }),

  'operator.acted': event<ActionPayload>('A person or program acted on a task or step.', {
    action: 'retryStep',
    taskId: '42',
    step: 'charge',
    actor: 'ann',
    changed: true,
    ...AT,
  }),
  'limit.reached': event<ReachedLimitPayload>('A rate limit keeps due steps waiting.', {
    ...WORKER,
    opensInSeconds: 12.5,
  }),
  'limit.opened': event<WorkerPayload>('The rate limit that kept steps waiting has room again.', WORKER),
  'limit.refused_tasks': event<RefusedTasksPayload>(
    'Tasks were not started, because their namespace has too many unfinished ones.',
    { namespace: 'shop', limit: 100_000, requested: 1, retryAfterSeconds: 5, ...AT },
  ),
  'retention.removed': event<RetentionPayload>('Finished tasks were removed, because they were old enough.', {
    removed: 1_000,
    archived: false,
    ...AT,
  }),

  'worker.registered': event<RegisteredWorkerPayload>('A worker was registered.', {
    ...WORKER,
    name: 'app-1:4711',
    host: 'app-1',
    pid: 4_711,
    version: '1.0.0',
    queues: null,
    concurrency: 50,
  }),
  'worker.stopped': event<WorkerPayload>('A worker stopped at the shutdown of its process.', WORKER),
  'worker.lease_lost': event<LeaseLostPayload>('This worker noticed that it was declared lost.', {
    ...WORKER,
    droppedSteps: 2,
  }),
  'worker.lost': event<WorkerPayload>('A worker missed its heartbeats, and its steps were taken back.', WORKER),
  'handler.registered': event<RegisteredHandlerPayload>('A step handler was registered.', {
    handler: 'shop.charge',
    className: 'ChargeHandler',
    ...AT,
  }),
  'subscriber.registered': event<RegisteredSubscriberPayload>('A subscriber was registered.', {
    subscriber: 'OrderAlerts',
    events: ['task.failed', 'step.*'],
    ...AT,
  }),
} as const;

/** The name of an event. */
export type EventName = keyof typeof EVENTS;

/** The payload of the event `Name`. */
export type EventPayload<Name extends EventName> = Name extends EventName
  ? (typeof EVENTS)[Name] extends EventKind<infer Payload>
    ? Payload
    : never
  : never;
