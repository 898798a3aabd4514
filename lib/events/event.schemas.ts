/** Made by `npm run schemas` from event.catalogue.ts and event.payloads.ts. */
export const PAYLOADS = {
  'task.initialize_requested': 'TaskTransitionPayload',
  'task.start_requested': 'TaskTransitionPayload',
  'task.completed': 'TaskTransitionPayload',
  'task.failed': 'TaskTransitionPayload',
  'task.retry_requested': 'TaskTransitionPayload',
  'task.cancelled': 'TaskTransitionPayload',
  'task.resolved_manually': 'TaskTransitionPayload',
  'step.execution_requested': 'StepTransitionPayload',
  'step.before_handle': 'StepPayload',
  'step.completed': 'StepTransitionPayload',
  'step.failed': 'StepFailedPayload',
  'step.retry_requested': 'StepTransitionPayload',
  'step.handed_back': 'StepTransitionPayload',
  'step.cancelled': 'StepTransitionPayload',
  'step.resolved_manually': 'StepTransitionPayload',
  'step.skipped': 'StepTransitionPayload',
  'step.outcome_stale': 'StaleOutcomePayload',
  'workflow.task_started': 'WorkedTaskPayload',
  'workflow.viable_steps_discovered': 'ClaimedStepsPayload',
  'workflow.no_viable_steps': 'WorkerPayload',
  'workflow.steps_execution_started': 'StartedStepsPayload',
  'workflow.steps_execution_completed': 'RecordedStepsPayload',
  'workflow.task_finalization_started': 'FinalisedTaskPayload',
  'workflow.task_finalization_completed': 'FinalisedTaskPayload',
  'workflow.task_reenqueue_requested': 'RequeuedTaskPayload',
  'workflow.task_reenqueue_delayed': 'DelayedTaskPayload',
  'observability.task.enqueue': 'EnqueuedTaskPayload',
  'observability.step.backoff': 'BackoffPayload',
  'operator.acted': 'ActionPayload',
  'limit.reached': 'ReachedLimitPayload',
  'limit.opened': 'WorkerPayload',
  'limit.refused_tasks': 'RefusedTasksPayload',
  'retention.removed': 'RetentionPayload',
  'worker.registered': 'RegisteredWorkerPayload',
  'worker.stopped': 'WorkerPayload',
  'worker.lease_lost': 'LeaseLostPayload',
  'worker.lost': 'WorkerPayload',
  'handler.registered': 'RegisteredHandlerPayload',
  'subscriber.registered': 'RegisteredSubscriberPayload',
} as const;

export const PAYLOAD_SCHEMAS = {
  ActionPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      action: {
        type: 'string',
        description: 'The name of the action, as in `TaskService`, such as `cancel` or `retryStep`.',
      },
      taskId: { type: 'string' },
      step: {
        type: ['string', 'null'],
        description: 'The name or id of the step, as it was given; null for an action on the task.',
      },
      actor: { type: 'string', description: 'The person or program that acted.' },
      changed: { type: 'boolean', description: 'False if the task or step was already in the requested state.' },
    },
    required: ['action', 'actor', 'at', 'changed', 'step', 'taskId'],
    additionalProperties: false,
  },
  BackoffPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      stepId: { type: 'string' },
      step: { type: 'string', description: 'The name of the step.' },
      attempt: {
        type: 'number',
        description:
          "The number of the attempt, as in the handler's context: counted from 1 since the latest reset, without attempts that were handed back. 0 for a step that has not run since then.",
      },
      backoffSeconds: { type: 'number', description: 'The wait before the next attempt, in seconds.' },
      backoffType: {
        type: 'string',
        enum: ['server_requested', 'exponential'],
        description:
          '`server_requested` if the handler named the wait, such as that of a `Retry-After` header; else `exponential`.',
      },
      retryAt: { type: 'string', description: 'When the next attempt is due, by the clock of the database, ISO 8601.' },
    },
    required: [
      'at',
      'attempt',
      'backoffSeconds',
      'backoffType',
      'name',
      'namespace',
      'retryAt',
      'step',
      'stepId',
      'taskId',
      'version',
    ],
    additionalProperties: false,
  },
  ClaimedStepsPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      workerId: { type: 'string' },
      stepIds: { type: 'array', items: { type: 'string' } },
      steps: { type: 'array', items: { type: 'string' }, description: 'The names of the steps, in the same order.' },
      stepCount: { type: 'number' },
    },
    required: ['at', 'name', 'namespace', 'stepCount', 'stepIds', 'steps', 'taskId', 'version', 'workerId'],
    additionalProperties: false,
  },
  DelayedTaskPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      step: { type: 'string', description: 'The name of the step that waits for its next attempt.' },
      reason: { type: 'string', const: 'retry_backoff' },
      delaySeconds: { type: 'number' },
      scheduledFor: { type: 'string', description: 'When the step is due, by the clock of the database, ISO 8601.' },
    },
    required: ['at', 'delaySeconds', 'name', 'namespace', 'reason', 'scheduledFor', 'step', 'taskId', 'version'],
    additionalProperties: false,
  },
  EnqueuedTaskPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      runAt: {
        type: ['string', 'null'],
        description: 'The time before which no step begins, ISO 8601; null for none.',
      },
    },
    required: ['at', 'name', 'namespace', 'runAt', 'taskId', 'version'],
    additionalProperties: false,
  },
  FinalisedTaskPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      state: {
        type: 'string',
        enum: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually'],
        description: 'The state in which the task ended.',
      },
    },
    required: ['at', 'name', 'namespace', 'state', 'taskId', 'version'],
    additionalProperties: false,
  },
  LeaseLostPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      workerId: { type: 'string' },
      droppedSteps: {
        type: 'number',
        description: 'The number of running steps that the worker dropped. Other workers take them over.',
      },
    },
    required: ['at', 'droppedSteps', 'workerId'],
    additionalProperties: false,
  },
  ReachedLimitPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      workerId: { type: 'string' },
      opensInSeconds: {
        type: 'number',
        description:
          'The seconds until a rate limit has room again. A place under a concurrency limit may become free earlier.',
      },
    },
    required: ['at', 'opensInSeconds', 'workerId'],
    additionalProperties: false,
  },
  RecordedStepsPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      workerId: { type: 'string' },
      processedCount: { type: 'number', description: 'The number of attempts whose outcome was recorded.' },
      successfulCount: { type: 'number' },
      failedCount: { type: 'number', description: 'The number of attempts that failed, for good or not.' },
    },
    required: ['at', 'failedCount', 'processedCount', 'successfulCount', 'workerId'],
    additionalProperties: false,
  },
  RefusedTasksPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      namespace: { type: 'string' },
      limit: {
        type: 'number',
        description:
          'The number of unfinished tasks that the namespace may have: the option `backPressure.maxUnfinished`.',
      },
      requested: { type: 'number', description: 'The number of tasks that were to be started.' },
      retryAfterSeconds: {
        type: ['number', 'null'],
        description: 'The seconds after which the request may be repeated; null if it is larger than the limit itself.',
      },
    },
    required: ['at', 'limit', 'namespace', 'requested', 'retryAfterSeconds'],
    additionalProperties: false,
  },
  RegisteredHandlerPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      handler: { type: 'string', description: 'The name by which templates refer to it.' },
      className: { type: 'string' },
    },
    required: ['at', 'className', 'handler'],
    additionalProperties: false,
  },
  RegisteredSubscriberPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      subscriber: { type: 'string' },
      events: { type: 'array', items: { type: 'string' }, description: 'The events and patterns that it listens to.' },
    },
    required: ['at', 'events', 'subscriber'],
    additionalProperties: false,
  },
  RegisteredWorkerPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      workerId: { type: 'string' },
      name: { type: 'string', description: 'The host and the id of the process, such as `app-1:4711`.' },
      host: { type: 'string' },
      pid: { type: 'number' },
      version: { type: 'string', description: 'The version of this package.' },
      queues: {
        anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }],
        description: 'The queues that it serves; null for all.',
      },
      concurrency: { type: 'number' },
    },
    required: ['at', 'concurrency', 'host', 'name', 'pid', 'queues', 'version', 'workerId'],
    additionalProperties: false,
  },
  RequeuedTaskPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      steps: { type: 'array', items: { type: 'string' }, description: 'The names of the steps that will run again.' },
      reason: { type: 'string', enum: ['handed_back', 'retry_requested', 'worker_lost'] },
    },
    required: ['at', 'name', 'namespace', 'reason', 'steps', 'taskId', 'version'],
    additionalProperties: false,
  },
  RetentionPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      removed: { type: 'number', description: 'The number of finished tasks that were removed.' },
      archived: { type: 'boolean', description: 'Whether they were archived.' },
    },
    required: ['archived', 'at', 'removed'],
    additionalProperties: false,
  },
  StaleOutcomePayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      stepId: { type: 'string' },
      step: { type: 'string', description: 'The name of the step.' },
      attempt: {
        type: 'number',
        description:
          "The number of the attempt, as in the handler's context: counted from 1 since the latest reset, without attempts that were handed back. 0 for a step that has not run since then.",
      },
      workerId: { type: 'string', description: 'The worker whose outcome arrived too late.' },
      outcome: {
        type: 'string',
        enum: ['complete', 'retry', 'error', 'handed_back'],
        description: 'The outcome that was dropped.',
      },
    },
    required: ['at', 'attempt', 'name', 'namespace', 'outcome', 'step', 'stepId', 'taskId', 'version', 'workerId'],
    additionalProperties: false,
  },
  StartedStepsPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      workerId: { type: 'string' },
      stepCount: { type: 'number' },
    },
    required: ['at', 'stepCount', 'workerId'],
    additionalProperties: false,
  },
  StepFailedPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      stepId: { type: 'string' },
      step: { type: 'string', description: 'The name of the step.' },
      attempt: {
        type: 'number',
        description:
          "The number of the attempt, as in the handler's context: counted from 1 since the latest reset, without attempts that were handed back. 0 for a step that has not run since then.",
      },
      from: {
        type: 'string',
        enum: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually', 'skipped'],
        description: 'One of `STEP_STATES`.',
      },
      to: {
        type: 'string',
        enum: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually', 'skipped'],
        description: 'One of `STEP_STATES`.',
      },
      error: {
        type: 'object',
        properties: {
          message: { type: 'string' },
          code: { type: ['string', 'null'], description: "The handler's own code, such as `PAYMENT_DECLINED`." },
          class: { type: 'string', description: "The name of the error's class." },
          permanent: { type: 'boolean', description: 'Whether further attempts cannot help.' },
        },
        required: ['message', 'code', 'class', 'permanent'],
        additionalProperties: false,
        description: 'The failure of an attempt, without its stack and context, which may hold personal data.',
      },
      retryAt: {
        type: ['string', 'null'],
        description:
          'When the next attempt is due, by the clock of the database, ISO 8601; null if no attempt follows automatically.',
      },
    },
    required: [
      'at',
      'attempt',
      'error',
      'from',
      'name',
      'namespace',
      'retryAt',
      'step',
      'stepId',
      'taskId',
      'to',
      'version',
    ],
    additionalProperties: false,
  },
  StepPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      stepId: { type: 'string' },
      step: { type: 'string', description: 'The name of the step.' },
      attempt: {
        type: 'number',
        description:
          "The number of the attempt, as in the handler's context: counted from 1 since the latest reset, without attempts that were handed back. 0 for a step that has not run since then.",
      },
    },
    required: ['at', 'attempt', 'name', 'namespace', 'step', 'stepId', 'taskId', 'version'],
    additionalProperties: false,
    description: 'The attempt of a step that an event is about.',
  },
  StepTransitionPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      stepId: { type: 'string' },
      step: { type: 'string', description: 'The name of the step.' },
      attempt: {
        type: 'number',
        description:
          "The number of the attempt, as in the handler's context: counted from 1 since the latest reset, without attempts that were handed back. 0 for a step that has not run since then.",
      },
      from: {
        type: 'string',
        enum: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually', 'skipped'],
        description: 'One of `STEP_STATES`.',
      },
      to: {
        type: 'string',
        enum: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually', 'skipped'],
        description: 'One of `STEP_STATES`.',
      },
    },
    required: ['at', 'attempt', 'from', 'name', 'namespace', 'step', 'stepId', 'taskId', 'to', 'version'],
    additionalProperties: false,
  },
  TaskTransitionPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      from: {
        anyOf: [
          {
            type: 'string',
            enum: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually'],
            description: 'One of `TASK_STATES`.',
          },
          { type: 'null' },
        ],
        description: 'Null for a task that was just created.',
      },
      to: {
        type: 'string',
        enum: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually'],
        description: 'One of `TASK_STATES`.',
      },
    },
    required: ['at', 'from', 'name', 'namespace', 'taskId', 'to', 'version'],
    additionalProperties: false,
  },
  WorkedTaskPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      taskId: { type: 'string' },
      namespace: { type: 'string' },
      name: { type: 'string', description: 'The name of the task template.' },
      version: { type: 'string' },
      workerId: { type: 'string' },
    },
    required: ['at', 'name', 'namespace', 'taskId', 'version', 'workerId'],
    additionalProperties: false,
    description: 'A task, and the worker that works on it.',
  },
  WorkerPayload: {
    type: 'object',
    properties: {
      at: {
        type: 'string',
        description:
          'When this process received the change, ISO 8601. The stored transition has the time of the database.',
      },
      workerId: { type: 'string' },
    },
    required: ['at', 'workerId'],
    additionalProperties: false,
    description: 'The worker that an event is about.',
  },
} as const;
