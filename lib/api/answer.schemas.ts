/** Made by `npm run schemas` from the types in documents.ts. */
export const SCHEMAS = {
  AccessFace: {
    type: 'string',
    enum: ['rest', 'events', 'graphql', 'subscription'],
    description: 'The interface through which an operation is requested.',
  },
  ActionResult: {
    type: 'object',
    properties: {
      changed: {
        type: 'boolean',
        description: 'False if the task or step was already in the requested state.',
      },
      steps: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/StepTransition',
        },
        description: 'The transitions of steps, in the order in which they happened.',
      },
      tasks: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/TaskTransition',
        },
        description: 'The transitions of the task, in the order in which they happened.',
      },
    },
    required: ['changed', 'steps', 'tasks'],
    additionalProperties: false,
    description: 'The effect of an action.',
  },
  AnalyticsMetrics: {
    type: 'object',
    properties: {
      activeTasksCount: {
        type: 'number',
        description: 'The number of tasks in progress now.',
      },
      totalNamespacesCount: {
        type: 'number',
      },
      uniqueTaskTypesCount: {
        type: 'number',
        description: 'The number of distinct names of task templates.',
      },
      systemHealthScore: {
        type: 'number',
        description: '`1 - errorCount / taskThroughput`, from 0 to 1.',
      },
      taskThroughput: {
        type: 'number',
        description: 'The number of tasks created.',
      },
      completionCount: {
        type: 'number',
        description: 'The number of tasks that became complete.',
      },
      errorCount: {
        type: 'number',
        description: 'The number of tasks that failed.',
      },
      completionRate: {
        type: 'number',
        description: '`completionCount` as a percentage of `taskThroughput`.',
      },
      errorRate: {
        type: 'number',
        description: '`errorCount` as a percentage of `taskThroughput`.',
      },
      avgTaskDuration: {
        type: 'number',
        description: 'The time from the creation of a task to its completion.',
      },
      avgStepDuration: {
        type: 'number',
        description: 'The duration of the successful attempt of a step.',
      },
      stepThroughput: {
        type: 'number',
        description: 'The number of steps completed by workers.',
      },
      analysisPeriodStart: {
        format: 'date-time',
        type: 'string',
        description: 'ISO 8601 in UTC.',
      },
      calculatedAt: {
        format: 'date-time',
        type: 'string',
        description: 'ISO 8601 in UTC.',
      },
    },
    required: [
      'activeTasksCount',
      'totalNamespacesCount',
      'uniqueTaskTypesCount',
      'systemHealthScore',
      'taskThroughput',
      'completionCount',
      'errorCount',
      'completionRate',
      'errorRate',
      'avgTaskDuration',
      'avgStepDuration',
      'stepThroughput',
      'analysisPeriodStart',
      'calculatedAt',
    ],
    additionalProperties: false,
    description: 'Figures of a period. Durations are averages in seconds, or 0 if nothing ended in the period.',
  },
  AnnotationDetails: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      type: {
        type: 'string',
      },
      annotation: {
        $ref: '#/components/schemas/JsonValue',
      },
      createdAt: {
        format: 'date-time',
        type: 'string',
      },
      updatedAt: {
        format: 'date-time',
        type: 'string',
      },
    },
    required: ['id', 'type', 'annotation', 'createdAt', 'updatedAt'],
    additionalProperties: false,
    description: 'An annotation of a task.',
  },
  AnnotationListDocument: {
    type: 'object',
    properties: {
      annotations: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/AnnotationDetails',
        },
      },
    },
    required: ['annotations'],
    additionalProperties: false,
  },
  ApiTokenDetails: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      name: {
        type: 'string',
      },
      userId: {
        type: 'string',
        description: 'The user as whom the token acts.',
      },
      roles: {
        type: 'array',
        items: {
          type: 'string',
        },
      },
      namespaces: {
        anyOf: [
          {
            type: 'array',
            items: {
              type: 'string',
            },
          },
          {
            type: 'null',
          },
        ],
        description: 'Null for every namespace.',
      },
      createdAt: {
        format: 'date-time',
        type: 'string',
      },
      createdBy: {
        type: 'string',
      },
      expiresAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'Null if the token does not expire.',
      },
      previousExpiresAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the secret before the latest rotation expires; null if only one secret is valid.',
      },
      lastUsedAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'Accurate to a minute; null if the token was never used.',
      },
      revokedAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'Null if the token was not revoked.',
      },
      revokedBy: {
        type: ['string', 'null'],
      },
    },
    required: [
      'id',
      'name',
      'userId',
      'roles',
      'namespaces',
      'createdAt',
      'createdBy',
      'expiresAt',
      'previousExpiresAt',
      'lastUsedAt',
      'revokedAt',
      'revokedBy',
    ],
    description: 'A token by which a machine authenticates, without its secret.',
  },
  ApiTokenListDocument: {
    type: 'object',
    properties: {
      apiTokens: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/ApiTokenDetails',
        },
      },
    },
    required: ['apiTokens'],
    additionalProperties: false,
  },
  ApiTokenWithSecret: {
    description: 'A token with its secret, which is shown only once.',
    allOf: [
      {
        $ref: '#/components/schemas/ApiTokenDetails',
      },
      {
        type: 'object',
        properties: {
          secret: {
            type: 'string',
            description: 'What clients send as bearer token: `tsk_`, the id, `_` and 43 random characters.',
          },
        },
        required: ['secret'],
      },
    ],
    unevaluatedProperties: false,
  },
  AuditChainHead: {
    type: 'object',
    properties: {
      namespace: {
        type: ['string', 'null'],
        description: 'Null for the chain of what belongs to no namespace.',
      },
      seq: {
        type: 'string',
        description: "The place of the last entry; '0' if there is none.",
      },
      hash: {
        type: 'string',
        description: 'The hash of the last entry, in hexadecimal digits.',
      },
    },
    required: ['namespace', 'seq', 'hash'],
    additionalProperties: false,
    description: 'The head of a chain, for people and other systems.',
  },
  AuditEntry: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      occurredAt: {
        format: 'date-time',
        type: 'string',
      },
      namespace: {
        type: ['string', 'null'],
        description: 'The namespace of the object; null if it has none.',
      },
      seq: {
        type: ['string', 'null'],
        description:
          'The place in the chain of the namespace; null until the entry is sealed, about a second after it was stored.',
      },
      hash: {
        type: ['string', 'null'],
        description: 'The hash in the chain, in hexadecimal digits; null until the entry is sealed.',
      },
      operation: {
        type: 'string',
        description: 'What was requested, such as `cancelTask`.',
      },
      permission: {
        type: ['string', 'null'],
      },
      face: {
        $ref: '#/components/schemas/AuditFace',
      },
      actor: {
        type: ['string', 'null'],
        description: 'The id of the user; null if there was none.',
      },
      method: {
        type: ['string', 'null'],
        description: 'How the user was authenticated; null if unknown.',
      },
      tokenId: {
        type: ['string', 'null'],
      },
      correlationId: {
        type: ['string', 'null'],
      },
      subjectKind: {
        $ref: '#/components/schemas/AuditKind',
      },
      subjectId: {
        type: ['string', 'null'],
      },
      taskId: {
        type: ['string', 'null'],
      },
      outcome: {
        $ref: '#/components/schemas/AuditOutcome',
      },
      code: {
        type: ['string', 'null'],
        description: 'The code of the error; null if there was none.',
      },
      details: {
        anyOf: [
          {
            $ref: '#/components/schemas/JsonObject',
          },
          {
            type: 'null',
          },
        ],
        description:
          'The roles and the address of the user, the reason, and what changed: `tasks` and `steps` with their states, or the fields `from` and `to`. Null if the details were erased.',
      },
    },
    required: [
      'id',
      'occurredAt',
      'namespace',
      'seq',
      'hash',
      'operation',
      'permission',
      'face',
      'actor',
      'method',
      'tokenId',
      'correlationId',
      'subjectKind',
      'subjectId',
      'taskId',
      'outcome',
      'code',
      'details',
    ],
    additionalProperties: false,
    description: 'An entry of the audit log.',
  },
  AuditExportLine: {
    type: 'object',
    properties: {
      namespace: {
        type: ['string', 'null'],
        description: 'Null for the chain of what belongs to no namespace.',
      },
      seq: {
        type: 'string',
      },
      id: {
        type: 'string',
      },
      occurredAtMicros: {
        type: 'string',
        description: 'When it happened, in microseconds since 1970.',
      },
      operation: {
        type: 'string',
      },
      permission: {
        type: ['string', 'null'],
      },
      face: {
        type: 'string',
      },
      actor: {
        type: ['string', 'null'],
      },
      method: {
        type: ['string', 'null'],
      },
      tokenId: {
        type: ['string', 'null'],
      },
      correlationId: {
        type: ['string', 'null'],
      },
      subjectKind: {
        type: 'string',
      },
      subjectId: {
        type: ['string', 'null'],
      },
      taskId: {
        type: ['string', 'null'],
      },
      outcome: {
        type: 'string',
      },
      code: {
        type: ['string', 'null'],
      },
      details: {
        type: ['string', 'null'],
        description: 'The JSON of the details as a text, exactly as it was hashed; null if the details were erased.',
      },
      salt: {
        type: ['string', 'null'],
        description: 'In hexadecimal digits, as all hashes are; null if the details were erased.',
      },
      detailsHash: {
        type: 'string',
      },
      previousHash: {
        type: 'string',
      },
      hash: {
        type: 'string',
      },
    },
    required: [
      'namespace',
      'seq',
      'id',
      'occurredAtMicros',
      'operation',
      'permission',
      'face',
      'actor',
      'method',
      'tokenId',
      'correlationId',
      'subjectKind',
      'subjectId',
      'taskId',
      'outcome',
      'code',
      'details',
      'salt',
      'detailsHash',
      'previousHash',
      'hash',
    ],
    additionalProperties: false,
    description:
      'An entry as a line of an export: what the chain contains, from which anyone can compute the hashes again.',
  },
  AuditFace: {
    anyOf: [
      {
        $ref: '#/components/schemas/AccessFace',
      },
      {
        type: 'string',
        const: 'code',
      },
    ],
    description: 'Where an operation came from: a face of the API, or code of the host.',
  },
  AuditFault: {
    type: 'object',
    properties: {
      namespace: {
        type: ['string', 'null'],
      },
      seq: {
        type: 'string',
        description: 'The place of the entry in the chain, or of the first of several.',
      },
      throughSeq: {
        type: 'string',
        description: 'The place of the last of several.',
      },
      kind: {
        $ref: '#/components/schemas/AuditFaultKind',
      },
    },
    required: ['namespace', 'seq', 'throughSeq', 'kind'],
    additionalProperties: false,
    description: 'Something that is wrong with entries of a chain.',
  },
  AuditFaultKind: {
    type: 'string',
    enum: ['changed', 'missing', 'inserted', 'resealed'],
    description:
      'What is wrong with an entry. `changed`: it is not what was sealed. `missing`: it is not there. `inserted`: it was not sealed by the engine. `resealed`: a head that was published says otherwise.',
  },
  AuditHeadListDocument: {
    type: 'object',
    properties: {
      heads: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/AuditChainHead',
        },
      },
    },
    required: ['heads'],
    additionalProperties: false,
  },
  AuditKind: {
    type: 'string',
    enum: ['task', 'step', 'template', 'webhook', 'api_token', 'system'],
  },
  AuditListDocument: {
    type: 'object',
    properties: {
      entries: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/AuditEntry',
        },
      },
      page: {
        type: 'object',
        properties: {
          next: {
            type: ['string', 'null'],
          },
        },
        required: ['next'],
        additionalProperties: false,
        description: 'The cursor for the parameter `after` of the next page. Null on the last page.',
      },
    },
    required: ['entries', 'page'],
    additionalProperties: false,
  },
  AuditOutcome: {
    type: 'string',
    enum: ['done', 'unchanged', 'refused', 'denied'],
    description: 'What became of an operation.',
  },
  AuditReport: {
    type: 'object',
    properties: {
      isValid: {
        type: 'boolean',
      },
      entries: {
        type: 'number',
        description: 'The number of entries that were checked.',
      },
      erased: {
        type: 'number',
        description: 'The number of entries whose details were erased.',
      },
      faults: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/AuditFault',
        },
        description: 'The first faults, at most 100.',
      },
      heads: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/AuditChainHead',
        },
        description: 'The heads of the chains, to be kept elsewhere and given to a later verification.',
      },
    },
    required: ['entries', 'erased', 'faults', 'heads', 'isValid'],
    additionalProperties: false,
    description: 'The result of a verification, with the heads as others see them.',
  },
  BackoffPolicy: {
    type: 'object',
    properties: {
      baseSeconds: {
        type: 'number',
        description: 'The wait before the second attempt, in seconds.',
      },
      factor: {
        type: 'number',
        description: 'Each further wait is the one before, multiplied by this factor. With 1, all waits are equal.',
      },
      maxSeconds: {
        type: 'number',
        description: 'The longest wait, whether calculated or requested by the handler (`retryAfter`), in seconds.',
      },
      jitter: {
        type: 'number',
        description:
          'The fraction of the wait, from 0 to 1, by which it is randomly shortened or lengthened, so that retries do not coincide.',
      },
    },
    required: ['baseSeconds', 'factor', 'maxSeconds', 'jitter'],
    additionalProperties: false,
    description: 'How long a failed step waits before its next attempt.',
  },
  Blocker: {
    type: 'object',
    properties: {
      step: {
        type: 'string',
      },
      state: {
        $ref: '#/components/schemas/StepState',
      },
      attempts: {
        type: 'number',
      },
      retryLimit: {
        type: 'number',
      },
      nextRetryAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the step will be retried; null if it is running, ready, or waiting for a person.',
      },
      blocks: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'The names of the unfinished steps that depend on this step, directly or indirectly.',
      },
    },
    required: ['step', 'state', 'attempts', 'retryLimit', 'nextRetryAt', 'blocks'],
    additionalProperties: false,
    description: 'A step that other steps wait for.',
  },
  BottleneckDocument: {
    type: 'object',
    properties: {
      scope: {
        type: 'object',
        properties: {
          namespace: {
            type: 'string',
          },
          name: {
            type: 'string',
          },
          version: {
            type: 'string',
          },
        },
        additionalProperties: false,
      },
      periodHours: {
        type: 'number',
      },
      slowestTasks: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/SlowTask',
        },
        description: 'The slowest first.',
      },
      slowestSteps: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/SlowStep',
        },
        description: 'The slowest first.',
      },
    },
    required: ['scope', 'periodHours', 'slowestTasks', 'slowestSteps'],
    additionalProperties: false,
    description: 'The slowest tasks and steps of a period.',
  },
  BulkItem: {
    type: 'object',
    properties: {
      taskId: {
        type: 'string',
      },
      changed: {
        type: 'boolean',
        description: 'False if the task was already in the requested state, or if the action was refused.',
      },
      error: {
        anyOf: [
          {
            $ref: '#/components/schemas/BulkRefusal',
          },
          {
            type: 'null',
          },
        ],
        description: 'The reason of a refusal; null if the action was not refused.',
      },
    },
    required: ['taskId', 'changed', 'error'],
    additionalProperties: false,
    description: 'The result for one task of a bulk action.',
  },
  BulkRefusal: {
    type: 'object',
    properties: {
      code: {
        type: 'string',
      },
      message: {
        type: 'string',
      },
    },
    required: ['code', 'message'],
    additionalProperties: false,
    description: 'The reason for which a task was not changed.',
  },
  BulkReport: {
    type: 'object',
    properties: {
      items: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/BulkItem',
        },
        description: 'The results, in the order of the ids of the tasks.',
      },
      more: {
        type: 'boolean',
        description: 'Whether there are more tasks than `limit`. If so, call again with `afterId` set to the last id.',
      },
    },
    required: ['items', 'more'],
    additionalProperties: false,
    description: 'The results of a bulk action, and whether there are more tasks.',
  },
  Change: {
    type: 'object',
    properties: {
      step: {
        type: ['string', 'null'],
        description: 'The name of the step; null for a transition of the task itself.',
      },
      from: {
        type: 'string',
      },
      to: {
        type: 'string',
      },
      attempt: {
        type: ['number', 'null'],
        description:
          'The number of the attempt that began or ended, counted since the latest reset, without those that were handed back.',
      },
      worker: {
        type: ['string', 'null'],
        description: 'The name of the worker that ran the attempt.',
      },
      actor: {
        type: ['string', 'null'],
        description: 'The person or program that acted; null for the engine.',
      },
      reason: {
        type: ['string', 'null'],
      },
      durationSeconds: {
        type: ['number', 'null'],
        description: 'The duration of the attempt, or of the task if it completed.',
      },
      error: {
        anyOf: [
          {
            $ref: '#/components/schemas/StepFailure',
          },
          {
            type: 'null',
          },
        ],
        description: 'The failure of the attempt; null if it did not fail.',
      },
      retryAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the next attempt of a failed step is due; null if no attempt follows automatically.',
      },
      at: {
        format: 'date-time',
        type: 'string',
      },
      position: {
        type: 'string',
        description: 'Its position in the history, an opaque text. Pass it as `after` to receive only later changes.',
      },
      event: {
        $ref: '#/components/schemas/ChangeEvent',
        description: 'The name of the event.',
      },
      taskId: {
        type: 'string',
      },
      namespace: {
        type: 'string',
      },
      name: {
        type: 'string',
        description: 'The name of the task template.',
      },
      version: {
        type: 'string',
      },
      stepId: {
        type: ['string', 'null'],
        description: 'Null for a transition of the task itself.',
      },
    },
    required: [
      'actor',
      'at',
      'attempt',
      'durationSeconds',
      'error',
      'event',
      'from',
      'name',
      'namespace',
      'position',
      'reason',
      'retryAt',
      'step',
      'stepId',
      'taskId',
      'to',
      'version',
      'worker',
    ],
    additionalProperties: false,
    description: 'A committed transition of a task or step, made by any process.',
  },
  ChangeEvent: {
    type: 'string',
    enum: [
      'task.initialize_requested',
      'task.start_requested',
      'task.completed',
      'task.failed',
      'task.retry_requested',
      'task.cancelled',
      'task.resolved_manually',
      'step.execution_requested',
      'step.completed',
      'step.failed',
      'step.retry_requested',
      'step.handed_back',
      'step.cancelled',
      'step.resolved_manually',
      'step.skipped',
    ],
    description: 'One of `CHANGE_EVENTS`.',
  },
  ChangeFilter: {
    type: 'object',
    properties: {
      taskIds: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: '1 to 100.',
      },
      namespace: {
        type: 'string',
      },
      name: {
        type: 'string',
      },
      version: {
        type: 'string',
      },
      events: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/ChangeEvent',
        },
      },
      steps: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'The names of 1 to 100 steps. Changes of tasks are left out then.',
      },
    },
    additionalProperties: false,
    description: 'Selects changes for which all given conditions hold.',
  },
  CheckStatus: {
    type: 'string',
    enum: ['healthy', 'unhealthy'],
  },
  CustomEvent: {
    type: 'object',
    properties: {
      name: {
        type: 'string',
      },
      description: {
        type: 'string',
      },
    },
    required: ['name', 'description'],
    additionalProperties: false,
    description: 'An event of the application that a step may publish.',
  },
  DeadLetter: {
    type: 'object',
    properties: {
      task: {
        $ref: '#/components/schemas/TaskOutline',
      },
      failedSteps: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/FailedStep',
        },
        description: 'The failed steps. Empty if the task passed its deadline without a failed step.',
      },
      repairs: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/TaskRepair',
        },
        description: 'The possible actions on the whole task.',
      },
    },
    required: ['task', 'failedSteps', 'repairs'],
    additionalProperties: false,
    description: 'A task that a person must repair, with its failed steps and the possible actions.',
  },
  DeadLetterListDocument: {
    type: 'object',
    properties: {
      deadLetters: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/DeadLetter',
        },
      },
      page: {
        $ref: '#/components/schemas/PageCursors',
      },
    },
    required: ['deadLetters', 'page'],
    additionalProperties: false,
  },
  DeliveryState: {
    type: 'string',
    enum: ['pending', 'delivered', 'failed'],
  },
  EventCategory: {
    type: 'string',
    enum: [
      'task',
      'step',
      'workflow',
      'observability',
      'operator',
      'limit',
      'retention',
      'worker',
      'handler',
      'subscriber',
    ],
    description: 'The category of an event: the first part of its name.',
  },
  EventDescription: {
    type: 'object',
    properties: {
      name: {
        type: 'string',
        description: 'The name by which it is published.',
      },
      category: {
        $ref: '#/components/schemas/EventCategory',
      },
      description: {
        type: 'string',
        description: 'When it is published.',
      },
      payloadSchema: {
        $ref: '#/components/schemas/JsonObject',
        description: 'The JSON Schema of its payload.',
      },
      examplePayload: {
        $ref: '#/components/schemas/JsonObject',
      },
    },
    required: ['name', 'category', 'description', 'payloadSchema', 'examplePayload'],
    additionalProperties: false,
    description: 'A kind of event.',
  },
  EventKindListDocument: {
    type: 'object',
    properties: {
      events: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/EventDescription',
        },
      },
    },
    required: ['events'],
    additionalProperties: false,
  },
  EventListenerListDocument: {
    type: 'object',
    properties: {
      listeners: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/ListenerStatistics',
        },
      },
    },
    required: ['listeners'],
    additionalProperties: false,
  },
  ExecutionStatus: {
    type: 'string',
    enum: [
      'all_complete',
      'on_hold',
      'has_ready_steps',
      'processing',
      'waiting_for_retry',
      'blocked_by_failures',
      'waiting_for_dependencies',
    ],
  },
  FailedStep: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      name: {
        type: 'string',
      },
      attempts: {
        type: 'number',
      },
      retryLimit: {
        type: 'number',
      },
      error: {
        anyOf: [
          {
            $ref: '#/components/schemas/StepErrorDetails',
          },
          {
            type: 'null',
          },
        ],
      },
      blocks: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'The names of the steps that cannot run before this step is repaired.',
      },
      repairs: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/StepRepair',
        },
        description: 'The possible actions, the most likely one first.',
      },
    },
    required: ['id', 'name', 'attempts', 'retryLimit', 'error', 'blocks', 'repairs'],
    additionalProperties: false,
    description: 'A failed step of a dead letter.',
  },
  HandlerListDocument: {
    type: 'object',
    properties: {
      namespace: {
        type: 'string',
      },
      handlers: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/TemplateOutline',
        },
      },
      totalHandlers: {
        type: 'number',
      },
    },
    required: ['namespace', 'handlers', 'totalHandlers'],
    additionalProperties: false,
  },
  HealthCheck: {
    type: 'object',
    properties: {
      status: {
        $ref: '#/components/schemas/CheckStatus',
      },
      message: {
        type: 'string',
      },
      responseTimeMs: {
        type: 'number',
      },
    },
    required: ['status', 'message', 'responseTimeMs'],
    additionalProperties: false,
    description: 'The result of one check.',
  },
  HealthStatus: {
    type: 'string',
    enum: ['healthy', 'recovering', 'blocked'],
  },
  JsonObject: {
    type: 'object',
    additionalProperties: true,
  },
  JsonValue: {
    description: 'Any JSON value.',
  },
  ListenerStatistics: {
    type: 'object',
    properties: {
      listener: {
        type: 'string',
      },
      events: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'The names and patterns that it listens to.',
      },
      handled: {
        type: 'number',
      },
      failed: {
        type: 'number',
      },
      filtered: {
        type: 'number',
        description: 'The number of events that its filter left out.',
      },
      dropped: {
        type: 'number',
        description: 'The number of events that were dropped, because too many waited.',
      },
      running: {
        type: 'number',
      },
      waiting: {
        type: 'number',
      },
      meanMs: {
        type: ['number', 'null'],
        description: 'The mean duration of its calls; null before the first has ended.',
      },
      maxMs: {
        type: ['number', 'null'],
      },
      lastCalledAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When it was last called, ISO 8601; null if never.',
      },
      lastFailedAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When it last failed, ISO 8601; null if never. The log has the error.',
      },
    },
    required: [
      'listener',
      'events',
      'handled',
      'failed',
      'filtered',
      'dropped',
      'running',
      'waiting',
      'meanMs',
      'maxMs',
      'lastCalledAt',
      'lastFailedAt',
    ],
    additionalProperties: false,
    description: 'The numbers of events that a listener handled in this process so far, and how long it took.',
  },
  LivenessDocument: {
    type: 'object',
    properties: {
      alive: {
        type: 'boolean',
        description: 'False if the process makes no progress any more.',
      },
      service: {
        type: 'string',
        const: 'tasker',
      },
      timestamp: {
        format: 'date-time',
        type: 'string',
      },
    },
    required: ['alive', 'service', 'timestamp'],
    additionalProperties: false,
  },
  NamespaceListDocument: {
    type: 'object',
    properties: {
      namespaces: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/NamespaceOutline',
        },
      },
      totalNamespaces: {
        type: 'number',
      },
    },
    required: ['namespaces', 'totalNamespaces'],
    additionalProperties: false,
  },
  NamespaceOutline: {
    type: 'object',
    properties: {
      name: {
        type: 'string',
      },
      templateCount: {
        type: 'number',
        description: 'The number of distinct names of task templates.',
      },
    },
    required: ['name', 'templateCount'],
    additionalProperties: false,
    description: 'A namespace, with the number of its templates.',
  },
  PageCursors: {
    type: 'object',
    properties: {
      next: {
        type: ['string', 'null'],
      },
      previous: {
        type: ['string', 'null'],
      },
    },
    required: ['next', 'previous'],
    additionalProperties: false,
    description: 'The values of `after` and `before` for the neighbouring pages; null at the ends of the list.',
  },
  PerformanceDocument: {
    type: 'object',
    properties: {
      lastHour: {
        $ref: '#/components/schemas/AnalyticsMetrics',
      },
      lastFourHours: {
        $ref: '#/components/schemas/AnalyticsMetrics',
      },
      lastDay: {
        $ref: '#/components/schemas/AnalyticsMetrics',
      },
    },
    required: ['lastHour', 'lastFourHours', 'lastDay'],
    additionalProperties: false,
    description: 'Figures of the last hour, the last four hours and the last day.',
  },
  Problem: {
    type: 'object',
    properties: {
      pointer: {
        type: 'string',
      },
      message: {
        type: 'string',
      },
    },
    required: ['pointer', 'message'],
    additionalProperties: false,
    description:
      'A problem of an input: its place, as a JSON pointer (RFC 6901), and a message that says what is allowed.',
  },
  ProblemDocument: {
    type: 'object',
    properties: {
      type: {
        type: 'string',
      },
      title: {
        type: 'string',
      },
      status: {
        type: 'number',
      },
      detail: {
        type: 'string',
      },
      code: {
        type: 'string',
        description: 'A stable code for programs: `TASKER_…`, or the name of the HTTP status.',
      },
      instance: {
        type: 'string',
        description: 'The requested path.',
      },
      problems: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/Problem',
        },
        description: 'The problems of the request, each with a JSON pointer to its place.',
      },
      currentState: {
        type: 'string',
        description: 'The state of the task or step, if it does not permit the action.',
      },
      permittedActions: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'The actions that the state permits.',
      },
      correlationId: {
        type: 'string',
        description: "The id of the request in the server's log; also in the header `X-Correlation-ID`.",
      },
    },
    required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
    additionalProperties: false,
    description:
      'The body of every error answer: a problem document (RFC 9457) with a stable `code` and a list of the problems.',
  },
  QueueDetails: {
    type: 'object',
    properties: {
      queue: {
        type: 'string',
      },
      namespace: {
        type: 'string',
      },
      readySteps: {
        type: 'number',
        description: 'The number of steps that can run now.',
      },
      runningSteps: {
        type: 'number',
      },
      retryingSteps: {
        type: 'number',
        description: 'The number of failed steps that wait for their next attempt.',
      },
      scheduledSteps: {
        type: 'number',
        description: 'The number of steps that are due later, without retries.',
      },
      heldSteps: {
        type: 'number',
        description: 'The number of steps whose task is on hold.',
      },
      oldestReadyAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the first ready step became ready; null if no step is ready.',
      },
    },
    required: [
      'queue',
      'namespace',
      'readySteps',
      'runningSteps',
      'retryingSteps',
      'scheduledSteps',
      'heldSteps',
      'oldestReadyAt',
    ],
    additionalProperties: false,
    description: 'The numbers of steps of one namespace in one queue.',
  },
  QueueListDocument: {
    type: 'object',
    properties: {
      queues: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/QueueDetails',
        },
      },
    },
    required: ['queues'],
    additionalProperties: false,
  },
  ReadinessDocument: {
    type: 'object',
    properties: {
      ready: {
        type: 'boolean',
      },
      checks: {
        type: 'object',
        additionalProperties: {
          $ref: '#/components/schemas/HealthCheck',
        },
      },
      timestamp: {
        format: 'date-time',
        type: 'string',
      },
    },
    required: ['checks', 'ready', 'timestamp'],
    additionalProperties: false,
  },
  RecommendedAction: {
    type: 'string',
    enum: [
      'finalize_task',
      'release_task',
      'execute_ready_steps',
      'wait_for_completion',
      'wait_for_retry',
      'handle_failures',
      'wait_for_dependencies',
    ],
  },
  RedeliveryDocument: {
    type: 'object',
    properties: {
      redelivered: {
        type: 'number',
        description: 'The number of deliveries that will be sent again.',
      },
    },
    required: ['redelivered'],
    additionalProperties: false,
  },
  SensitiveData: {
    type: 'object',
    properties: {
      context: {
        type: 'array',
        items: {
          type: 'string',
        },
      },
      results: {
        type: 'object',
        additionalProperties: {
          type: 'array',
          items: {
            type: 'string',
          },
        },
        description: 'Paths into the results of steps, by the name of the step.',
      },
      errors: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'Paths into the errors of steps; see `StepErrorRecord`.',
      },
      subject: {
        type: ['string', 'null'],
        description:
          'The path of the value in the context that identifies the person whom the task is about. Null for none.',
      },
    },
    required: ['context', 'results', 'errors', 'subject'],
    additionalProperties: false,
    description:
      'The values of a task that must not be shown: JSON paths (RFC 9535) into its documents. They are kept apart from the documents, which have `[redacted]` in their places, and only handlers receive them.',
  },
  ShownChange: {
    type: 'object',
    additionalProperties: false,
    properties: {
      withheld: {
        type: 'array',
        items: {
          type: 'string',
        },
        description:
          'The parts that the user may not see, such as `context` or `steps.results`. Those of a task are missing, those of a step are null. Missing if nothing is withheld.',
      },
      step: {
        type: ['string', 'null'],
        description: 'The name of the step; null for a transition of the task itself.',
      },
      from: {
        type: 'string',
      },
      to: {
        type: 'string',
      },
      attempt: {
        type: ['number', 'null'],
        description:
          'The number of the attempt that began or ended, counted since the latest reset, without those that were handed back.',
      },
      worker: {
        type: ['string', 'null'],
        description: 'The name of the worker that ran the attempt.',
      },
      actor: {
        type: ['string', 'null'],
        description: 'The person or program that acted; null for the engine.',
      },
      reason: {
        type: ['string', 'null'],
      },
      durationSeconds: {
        type: ['number', 'null'],
        description: 'The duration of the attempt, or of the task if it completed.',
      },
      error: {
        anyOf: [
          {
            $ref: '#/components/schemas/StepFailure',
          },
          {
            type: 'null',
          },
        ],
        description: 'The failure of the attempt; null if it did not fail.',
      },
      retryAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the next attempt of a failed step is due; null if no attempt follows automatically.',
      },
      at: {
        format: 'date-time',
        type: 'string',
      },
      position: {
        type: 'string',
        description: 'Its position in the history, an opaque text. Pass it as `after` to receive only later changes.',
      },
      event: {
        $ref: '#/components/schemas/ChangeEvent',
        description: 'The name of the event.',
      },
      taskId: {
        type: 'string',
      },
      namespace: {
        type: 'string',
      },
      name: {
        type: 'string',
        description: 'The name of the task template.',
      },
      version: {
        type: 'string',
      },
      stepId: {
        type: ['string', 'null'],
        description: 'Null for a transition of the task itself.',
      },
    },
    required: [
      'actor',
      'at',
      'attempt',
      'durationSeconds',
      'error',
      'event',
      'from',
      'name',
      'namespace',
      'position',
      'reason',
      'retryAt',
      'step',
      'stepId',
      'taskId',
      'to',
      'version',
      'worker',
    ],
    description: 'A change. If the user may not see its error, the error is null, and `withheld` lists it.',
  },
  ShownStep: {
    description: 'A step. Fields that the user may not see are null, and `withheld` lists them.',
    allOf: [
      {
        $ref: '#/components/schemas/StepDetails',
      },
      {
        type: 'object',
        properties: {
          withheld: {
            type: 'array',
            items: {
              type: 'string',
            },
            description:
              'The parts that the user may not see, such as `context` or `steps.results`. Those of a task are missing, those of a step are null. Missing if nothing is withheld.',
          },
          taskId: {
            type: 'string',
          },
          dependents: {
            type: 'array',
            items: {
              type: 'string',
            },
            description: 'The names of the steps that depend on this step.',
          },
          siblings: {
            type: 'array',
            items: {
              type: 'string',
            },
            description:
              'The names of the other steps that depend on exactly the same steps; empty for a step without dependencies.',
          },
        },
        required: ['dependents', 'siblings', 'taskId'],
      },
    ],
    unevaluatedProperties: false,
  },
  SlowStep: {
    type: 'object',
    properties: {
      workflowStepId: {
        type: 'string',
      },
      taskId: {
        type: 'string',
      },
      stepName: {
        type: 'string',
      },
      taskName: {
        type: 'string',
      },
      namespaceName: {
        type: 'string',
      },
      version: {
        type: 'string',
      },
      durationSeconds: {
        type: 'number',
        description: 'The duration of the last attempt; for a resolved step, of the attempt that failed.',
      },
      attempts: {
        type: 'number',
      },
      createdAt: {
        format: 'date-time',
        type: 'string',
      },
      completedAt: {
        format: 'date-time',
        type: 'string',
        description: 'When the step was completed or resolved.',
      },
      retryable: {
        type: 'boolean',
      },
      stepStatus: {
        type: 'string',
        enum: ['complete', 'resolved_manually'],
      },
    },
    required: [
      'workflowStepId',
      'taskId',
      'stepName',
      'taskName',
      'namespaceName',
      'version',
      'durationSeconds',
      'attempts',
      'createdAt',
      'completedAt',
      'retryable',
      'stepStatus',
    ],
    additionalProperties: false,
    description: 'A step whose last attempt took a long time.',
  },
  SlowTask: {
    type: 'object',
    properties: {
      taskId: {
        type: 'string',
      },
      taskName: {
        type: 'string',
      },
      namespaceName: {
        type: 'string',
      },
      version: {
        type: 'string',
      },
      durationSeconds: {
        type: 'number',
        description: 'The time from its creation to `completedAt`, or until now while it is in progress.',
      },
      stepCount: {
        type: 'number',
      },
      completedSteps: {
        type: 'number',
        description: 'The number of steps that are complete, resolved manually or skipped.',
      },
      errorSteps: {
        type: 'number',
        description: 'The number of steps in error now, including those that wait for a retry.',
      },
      createdAt: {
        format: 'date-time',
        type: 'string',
      },
      completedAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the task was completed or resolved, or failed; null while it is in progress.',
      },
      initiator: {
        type: 'string',
      },
      sourceSystem: {
        type: 'string',
      },
    },
    required: [
      'taskId',
      'taskName',
      'namespaceName',
      'version',
      'durationSeconds',
      'stepCount',
      'completedSteps',
      'errorSteps',
      'createdAt',
      'completedAt',
      'initiator',
      'sourceSystem',
    ],
    additionalProperties: false,
    description: 'A task that took a long time, or has been running for a long time.',
  },
  StartRate: {
    type: 'object',
    properties: {
      count: {
        type: 'number',
      },
      seconds: {
        type: 'number',
      },
    },
    required: ['count', 'seconds'],
    additionalProperties: false,
    description: 'At most `count` starts within any period of `seconds`.',
  },
  StartedTask: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      namespace: {
        type: 'string',
      },
      name: {
        type: 'string',
      },
      version: {
        type: 'string',
      },
      state: {
        $ref: '#/components/schemas/TaskState',
      },
      created: {
        type: 'boolean',
        description: 'False if the request equalled an earlier one, whose task this is.',
      },
    },
    required: ['id', 'namespace', 'name', 'version', 'state', 'created'],
    additionalProperties: false,
    description: 'The answer to a request to start a task.',
  },
  StartedTaskListDocument: {
    type: 'object',
    properties: {
      tasks: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/StartedTask',
        },
      },
    },
    required: ['tasks'],
    additionalProperties: false,
  },
  StepDetails: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      name: {
        type: 'string',
      },
      state: {
        $ref: '#/components/schemas/StepState',
      },
      dependsOn: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'The names of the steps that this step depends on.',
      },
      attempts: {
        type: 'number',
      },
      retryLimit: {
        type: 'number',
        description: 'The maximum number of attempts.',
      },
      retryable: {
        type: 'boolean',
      },
      skippable: {
        type: 'boolean',
      },
      results: {
        $ref: '#/components/schemas/JsonValue',
      },
      error: {
        anyOf: [
          {
            $ref: '#/components/schemas/StepErrorDetails',
          },
          {
            type: 'null',
          },
        ],
        description: 'The error of the latest failed attempt; null once a later attempt succeeded.',
      },
      nextRetryAt: {
        format: 'date-time',
        type: ['string', 'null'],
      },
      startedAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the first attempt began.',
      },
      lastAttemptedAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the latest attempt began.',
      },
      processedAt: {
        format: 'date-time',
        type: ['string', 'null'],
      },
      revision: {
        type: 'string',
        description: 'A text that differs after each change of the step.',
      },
    },
    required: [
      'id',
      'name',
      'state',
      'dependsOn',
      'attempts',
      'retryLimit',
      'retryable',
      'skippable',
      'results',
      'error',
      'nextRetryAt',
      'startedAt',
      'lastAttemptedAt',
      'processedAt',
      'revision',
    ],
    description: 'A step of a task.',
  },
  StepErrorCause: {
    type: 'object',
    properties: {
      message: {
        type: 'string',
      },
      code: {
        type: ['string', 'null'],
      },
      class: {
        type: 'string',
        description: "The name of the cause's class.",
      },
      cause: {
        $ref: '#/components/schemas/StepErrorCause',
        description: 'The cause of the cause, at most five levels deep.',
      },
      errors: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/StepErrorCause',
        },
        description: 'The first five errors of an `AggregateError`.',
      },
    },
    required: ['message', 'code', 'class'],
    additionalProperties: false,
    description: 'The cause of an error: its `cause`, or one of the `errors` of an `AggregateError`.',
  },
  StepErrorDetails: {
    type: 'object',
    properties: {
      message: {
        type: 'string',
      },
      code: {
        type: ['string', 'null'],
        description: "The handler's own code, such as `PAYMENT_DECLINED`.",
      },
      class: {
        type: 'string',
        description: "The name of the error's class.",
      },
      permanent: {
        type: 'boolean',
        description: 'Whether further attempts cannot help.',
      },
      context: {
        $ref: '#/components/schemas/JsonObject',
      },
      cause: {
        $ref: '#/components/schemas/StepErrorCause',
        description: 'The cause of the error, if there is one.',
      },
      errors: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/StepErrorCause',
        },
        description: 'The first five errors of an `AggregateError`.',
      },
    },
    required: ['class', 'code', 'context', 'message', 'permanent'],
    additionalProperties: false,
    description: 'The error of a step, without its stack.',
  },
  StepFailure: {
    type: 'object',
    properties: {
      message: {
        type: 'string',
      },
      code: {
        type: ['string', 'null'],
        description: "The handler's own code, such as `PAYMENT_DECLINED`.",
      },
      class: {
        type: 'string',
        description: "The name of the error's class.",
      },
      permanent: {
        type: 'boolean',
        description: 'Whether further attempts cannot help.',
      },
    },
    required: ['message', 'code', 'class', 'permanent'],
    additionalProperties: false,
    description: 'The failure of an attempt, without its stack and context, which may hold personal data.',
  },
  StepGraph: {
    type: 'object',
    properties: {
      nodes: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/StepGraphNode',
        },
        description: 'The steps, in an order in which they can run.',
      },
      edges: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/StepGraphEdge',
        },
      },
      levels: {
        type: 'array',
        items: {
          type: 'array',
          items: {
            type: 'string',
          },
        },
        description: 'The names of the steps by level. The steps of a level can run at the same time.',
      },
      roots: {
        type: 'array',
        items: {
          type: 'string',
        },
      },
      leaves: {
        type: 'array',
        items: {
          type: 'string',
        },
      },
      longestPath: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'One of the longest paths through the graph.',
      },
    },
    required: ['nodes', 'edges', 'levels', 'roots', 'leaves', 'longestPath'],
    additionalProperties: false,
    description: 'The steps of a task or a template as nodes and edges.',
  },
  StepGraphEdge: {
    type: 'object',
    properties: {
      from: {
        type: 'string',
      },
      to: {
        type: 'string',
      },
    },
    required: ['from', 'to'],
    additionalProperties: false,
    description: 'A dependency between two steps of a graph.',
  },
  StepGraphNode: {
    type: 'object',
    properties: {
      name: {
        type: 'string',
      },
      level: {
        type: 'number',
        description: 'The length of the longest path from a step without dependencies.',
      },
      state: {
        type: 'string',
        description: 'The state of the step, in the graph of a task.',
      },
    },
    required: ['name', 'level'],
    additionalProperties: false,
    description: 'A step of a graph.',
  },
  StepLimits: {
    type: 'object',
    properties: {
      concurrency: {
        type: ['number', 'null'],
        description: 'The maximum number of steps that run at the same time.',
      },
      rate: {
        anyOf: [
          {
            $ref: '#/components/schemas/StartRate',
          },
          {
            type: 'null',
          },
        ],
      },
      key: {
        anyOf: [
          {
            type: 'array',
            items: {
              type: 'string',
            },
          },
          {
            type: 'null',
          },
        ],
        description:
          'The path of a value in the context. The limits apply to each value separately. Null: they apply to all steps together.',
      },
    },
    required: ['concurrency', 'rate', 'key'],
    additionalProperties: false,
    description:
      'Limits on how many steps of this name run or start at a time, across all processes. At least one of the two is not null.',
  },
  StepListDocument: {
    type: 'object',
    properties: {
      steps: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/ShownStep',
        },
      },
    },
    required: ['steps'],
    additionalProperties: false,
  },
  StepRepair: {
    type: 'string',
    enum: ['retry', 'reset', 'skip', 'resolve'],
    description:
      'An action that repairs a failed step, once the cause of a permanent failure has been fixed in code, in data or in another system.',
  },
  StepState: {
    type: 'string',
    enum: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually', 'skipped'],
    description: 'One of `STEP_STATES`.',
  },
  StepTemplate: {
    type: 'object',
    properties: {
      name: {
        type: 'string',
      },
      description: {
        type: 'string',
      },
      dependentSystem: {
        type: 'string',
      },
      handler: {
        type: 'string',
        description: 'The name that is passed to `@StepHandler`.',
      },
      handlerConfig: {
        $ref: '#/components/schemas/JsonObject',
        description:
          'Passed to the handler unchanged, except that `${VARIABLES}` are replaced in the process that runs the step.',
      },
      dependsOn: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'The names of the steps that this step depends on, in order of declaration, without duplicates.',
      },
      retryable: {
        type: 'boolean',
      },
      retryLimit: {
        type: 'number',
        description: 'The maximum number of attempts, including the first.',
      },
      skippable: {
        type: 'boolean',
      },
      timeoutSeconds: {
        type: 'number',
        description: 'An attempt that takes longer is aborted and counts as failed.',
      },
      backoff: {
        $ref: '#/components/schemas/BackoffPolicy',
      },
      queue: {
        type: 'string',
      },
      priority: {
        type: 'number',
        description: 'Steps of higher priority run first.',
      },
      transactional: {
        type: 'boolean',
        description: "Whether the handler's database work and the outcome are one transaction.",
      },
      limits: {
        anyOf: [
          {
            $ref: '#/components/schemas/StepLimits',
          },
          {
            type: 'null',
          },
        ],
        description: 'Null for no limits other than the capacity of the workers.',
      },
      customEvents: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/CustomEvent',
        },
      },
    },
    required: [
      'name',
      'description',
      'dependentSystem',
      'handler',
      'handlerConfig',
      'dependsOn',
      'retryable',
      'retryLimit',
      'skippable',
      'timeoutSeconds',
      'backoff',
      'queue',
      'priority',
      'transactional',
      'limits',
      'customEvents',
    ],
    additionalProperties: false,
    description: 'A step of a template, with every default filled in.',
  },
  StepTransition: {
    type: 'object',
    properties: {
      stepId: {
        type: 'string',
      },
      taskId: {
        type: 'string',
      },
      step: {
        type: 'string',
        description: 'The name of the step.',
      },
      namespace: {
        type: 'string',
      },
      name: {
        type: 'string',
        description: 'The name of the task template.',
      },
      version: {
        type: 'string',
      },
      attempt: {
        type: 'number',
      },
      from: {
        $ref: '#/components/schemas/StepState',
      },
      to: {
        $ref: '#/components/schemas/StepState',
      },
      error: {
        anyOf: [
          {
            $ref: '#/components/schemas/StepFailure',
          },
          {
            type: 'null',
          },
        ],
        description: 'The failure of a step that is now in error; null for all others.',
      },
    },
    required: ['stepId', 'taskId', 'step', 'namespace', 'name', 'version', 'attempt', 'from', 'to', 'error'],
    additionalProperties: false,
    description: 'A transition of a step that no attempt caused.',
  },
  SystemHealth: {
    type: 'object',
    properties: {
      totalTasks: {
        type: 'number',
      },
      pendingTasks: {
        type: 'number',
      },
      inProgressTasks: {
        type: 'number',
      },
      completeTasks: {
        type: 'number',
      },
      errorTasks: {
        type: 'number',
      },
      cancelledTasks: {
        type: 'number',
      },
      resolvedManuallyTasks: {
        type: 'number',
      },
      totalSteps: {
        type: 'number',
      },
      pendingSteps: {
        type: 'number',
      },
      inProgressSteps: {
        type: 'number',
      },
      completeSteps: {
        type: 'number',
      },
      errorSteps: {
        type: 'number',
      },
      cancelledSteps: {
        type: 'number',
      },
      resolvedManuallySteps: {
        type: 'number',
      },
      skippedSteps: {
        type: 'number',
      },
      retryableErrorSteps: {
        type: 'number',
        description: 'The number of `errorSteps` that will be retried, including those whose wait is over.',
      },
      exhaustedRetrySteps: {
        type: 'number',
        description: 'The number of `errorSteps` that will not be retried automatically.',
      },
      inBackoffSteps: {
        type: 'number',
        description: 'The number of `retryableErrorSteps` whose wait is not over.',
      },
      activeConnections: {
        type: 'number',
        description:
          'The number of sessions that run a statement in this database, as far as the database user may see them.',
      },
      maxConnections: {
        type: 'number',
        description: 'The maximum number of connections that the server allows.',
      },
    },
    required: [
      'totalTasks',
      'pendingTasks',
      'inProgressTasks',
      'completeTasks',
      'errorTasks',
      'cancelledTasks',
      'resolvedManuallyTasks',
      'totalSteps',
      'pendingSteps',
      'inProgressSteps',
      'completeSteps',
      'errorSteps',
      'cancelledSteps',
      'resolvedManuallySteps',
      'skippedSteps',
      'retryableErrorSteps',
      'exhaustedRetrySteps',
      'inBackoffSteps',
      'activeConnections',
      'maxConnections',
    ],
    additionalProperties: false,
    description: 'The numbers of tasks and steps in each state now. The numbers of all states add up to the total.',
  },
  SystemStatusDocument: {
    type: 'object',
    properties: {
      healthy: {
        type: 'boolean',
      },
      reasons: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'The problems; empty if healthy.',
      },
      counts: {
        $ref: '#/components/schemas/SystemHealth',
      },
      connectionUtilization: {
        type: 'number',
        description: 'The connections in use, as a percentage of those that the server allows.',
      },
      taskErrorRate: {
        type: 'number',
        description: 'The tasks in error, as a percentage of all stored tasks.',
      },
      stepErrorRate: {
        type: 'number',
        description: 'The steps in error, as a percentage of all stored steps.',
      },
      timestamp: {
        format: 'date-time',
        type: 'string',
      },
    },
    required: ['connectionUtilization', 'counts', 'healthy', 'reasons', 'stepErrorRate', 'taskErrorRate', 'timestamp'],
    additionalProperties: false,
  },
  TaskAnalysis: {
    type: 'object',
    properties: {
      graph: {
        $ref: '#/components/schemas/StepGraph',
      },
      doneSteps: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'Steps that are complete, resolved manually or skipped.',
      },
      runningSteps: {
        type: 'array',
        items: {
          type: 'string',
        },
      },
      readySteps: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'Steps whose dependencies are done: they may run now, or when they are due.',
      },
      waitingSteps: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'Steps that wait for other steps, which can still finish.',
      },
      blockedSteps: {
        type: 'array',
        items: {
          type: 'string',
        },
        description:
          'Steps that wait for a step that failed for good or was cancelled, or whose task has stopped, for example after its deadline.',
      },
      criticalPath: {
        type: 'array',
        items: {
          type: 'string',
        },
        description:
          'The longest chain of unfinished steps that must run one after the other; one of them, if several are equally long.',
      },
      mostAtOnce: {
        type: 'number',
        description: 'The highest number of steps of one level, which can run at the same time.',
      },
      bottlenecks: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/Blocker',
        },
        description:
          'Unfinished steps that run or could run, and that block others: at most ten, ordered by how many they block, most first.',
      },
      failures: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/Blocker',
        },
        description: 'Steps in error, with the steps that each blocks.',
      },
    },
    required: [
      'graph',
      'doneSteps',
      'runningSteps',
      'readySteps',
      'waitingSteps',
      'blockedSteps',
      'criticalPath',
      'mostAtOnce',
      'bottlenecks',
      'failures',
    ],
    additionalProperties: false,
    description: 'The dependencies of the steps of a task, and what blocks the task.',
  },
  TaskDocument: {
    description: 'A task, with the parts that the request includes.',
    allOf: [
      {
        $ref: '#/components/schemas/TaskOutline',
      },
      {
        type: 'object',
        properties: {
          withheld: {
            type: 'array',
            items: {
              type: 'string',
            },
            description:
              'The parts that the user may not see, such as `context` or `steps.results`. Those of a task are missing, those of a step are null. Missing if nothing is withheld.',
          },
          analysis: {
            $ref: '#/components/schemas/TaskAnalysis',
          },
          context: {
            $ref: '#/components/schemas/JsonObject',
          },
          summary: {
            $ref: '#/components/schemas/TaskSummary',
          },
          steps: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/StepDetails',
            },
            description:
              'The steps. `TaskReader` returns each after the steps that it depends on, and otherwise in the order of declaration.',
          },
          annotations: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/AnnotationDetails',
            },
            description: 'The annotations, in the order in which they were added.',
          },
          transitions: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/TransitionDetails',
            },
            description: 'The transitions of the task and its steps, in the order in which they happened.',
          },
        },
        required: [],
      },
    ],
    unevaluatedProperties: false,
  },
  TaskListDocument: {
    type: 'object',
    properties: {
      tasks: {
        type: 'array',
        items: {
          allOf: [
            {
              $ref: '#/components/schemas/TaskOutline',
            },
            {
              type: 'object',
              properties: {
                withheld: {
                  type: 'array',
                  items: {
                    type: 'string',
                  },
                  description:
                    'The parts that the user may not see, such as `context` or `steps.results`. Those of a task are missing, those of a step are null. Missing if nothing is withheld.',
                },
                analysis: {
                  $ref: '#/components/schemas/TaskAnalysis',
                },
                context: {
                  $ref: '#/components/schemas/JsonObject',
                },
                summary: {
                  $ref: '#/components/schemas/TaskSummary',
                },
                steps: {
                  type: 'array',
                  items: {
                    $ref: '#/components/schemas/StepDetails',
                  },
                  description:
                    'The steps. `TaskReader` returns each after the steps that it depends on, and otherwise in the order of declaration.',
                },
                annotations: {
                  type: 'array',
                  items: {
                    $ref: '#/components/schemas/AnnotationDetails',
                  },
                  description: 'The annotations, in the order in which they were added.',
                },
                transitions: {
                  type: 'array',
                  items: {
                    $ref: '#/components/schemas/TransitionDetails',
                  },
                  description: 'The transitions of the task and its steps, in the order in which they happened.',
                },
              },
              required: [],
            },
          ],
          unevaluatedProperties: false,
        },
      },
      page: {
        $ref: '#/components/schemas/PageCursors',
      },
    },
    required: ['tasks', 'page'],
    additionalProperties: false,
  },
  TaskOutline: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      namespace: {
        type: 'string',
      },
      name: {
        type: 'string',
        description: 'The name of the task template.',
      },
      version: {
        type: 'string',
      },
      state: {
        $ref: '#/components/schemas/TaskState',
      },
      priority: {
        type: ['number', 'null'],
        description: 'The priority of all steps; null if each step has the priority of its template.',
      },
      initiator: {
        type: 'string',
      },
      sourceSystem: {
        type: 'string',
      },
      reason: {
        type: 'string',
      },
      tags: {
        type: 'array',
        items: {
          type: 'string',
        },
      },
      requestedAt: {
        format: 'date-time',
        type: 'string',
      },
      runAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'The time before which no step begins; null for none.',
      },
      deadlineAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'The time at which unfinished steps fail; null for none.',
      },
      heldAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the task was put on hold; null if it is not on hold.',
      },
      retained: {
        type: 'boolean',
        description: 'Whether retention keeps the task.',
      },
      rerunOf: {
        type: ['string', 'null'],
        description: 'The task that this task repeats.',
      },
      bypassSteps: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'The names of skippable steps that are skipped when their turn comes.',
      },
      identityHash: {
        type: ['string', 'null'],
        description: 'The hash that identifies equal requests; null if no other request counts as equal.',
      },
      createdAt: {
        format: 'date-time',
        type: 'string',
      },
      completedAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the task reached a final state; null before.',
      },
      updatedAt: {
        format: 'date-time',
        type: 'string',
      },
      revision: {
        type: 'string',
        description: 'A text that differs after each change of the task itself.',
      },
    },
    required: [
      'id',
      'namespace',
      'name',
      'version',
      'state',
      'priority',
      'initiator',
      'sourceSystem',
      'reason',
      'tags',
      'requestedAt',
      'runAt',
      'deadlineAt',
      'heldAt',
      'retained',
      'rerunOf',
      'bypassSteps',
      'identityHash',
      'createdAt',
      'completedAt',
      'updatedAt',
      'revision',
    ],
    description: 'A task without its parts. Ids are strings; instants are ISO 8601 in UTC.',
  },
  TaskRepair: {
    type: 'string',
    enum: ['retry', 'resolve', 'rerun', 'cancel'],
    description: 'An action that repairs a whole task.',
  },
  TaskState: {
    type: 'string',
    enum: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually'],
    description: 'One of `TASK_STATES`.',
  },
  TaskSummary: {
    type: 'object',
    properties: {
      executionStatus: {
        $ref: '#/components/schemas/ExecutionStatus',
      },
      healthStatus: {
        $ref: '#/components/schemas/HealthStatus',
      },
      recommendedAction: {
        $ref: '#/components/schemas/RecommendedAction',
      },
      completionPercentage: {
        type: 'number',
        description: 'From 0 to 100.',
      },
      totalSteps: {
        type: 'number',
      },
      pendingSteps: {
        type: 'number',
      },
      inProgressSteps: {
        type: 'number',
      },
      completedSteps: {
        type: 'number',
      },
      failedSteps: {
        type: 'number',
      },
      cancelledSteps: {
        type: 'number',
      },
      readySteps: {
        type: 'number',
      },
      exhaustedRetrySteps: {
        type: 'number',
        description: 'The number of failed steps that will not be retried automatically.',
      },
      nextRetryAt: {
        format: 'date-time',
        type: ['string', 'null'],
      },
    },
    required: [
      'executionStatus',
      'healthStatus',
      'recommendedAction',
      'completionPercentage',
      'totalSteps',
      'pendingSteps',
      'inProgressSteps',
      'completedSteps',
      'failedSteps',
      'cancelledSteps',
      'readySteps',
      'exhaustedRetrySteps',
      'nextRetryAt',
    ],
    additionalProperties: false,
    description: 'The numbers of steps of a task, and the status that follows from them.',
  },
  TaskTransition: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      from: {
        $ref: '#/components/schemas/TaskState',
      },
      to: {
        $ref: '#/components/schemas/TaskState',
      },
      namespace: {
        type: 'string',
      },
      name: {
        type: 'string',
        description: 'The name of the task template.',
      },
      version: {
        type: 'string',
      },
    },
    required: ['from', 'id', 'name', 'namespace', 'to', 'version'],
    additionalProperties: false,
    description: 'A transition of a task, with its template.',
  },
  TemplateDocument: {
    type: 'object',
    properties: {
      namespace: {
        type: 'string',
      },
      name: {
        type: 'string',
      },
      version: {
        type: 'string',
        description: 'A semantic version, such as `1.2.0`.',
      },
      description: {
        type: 'string',
      },
      steps: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/StepTemplate',
        },
        description: 'The steps in order of declaration. A task without steps completes at once.',
      },
      deadlineSeconds: {
        type: ['number', 'null'],
        description:
          'The maximum duration of a task, from the time when it may begin. Unfinished steps then fail. Null for no limit.',
      },
      contextSchema: {
        anyOf: [
          {
            $ref: '#/components/schemas/JsonObject',
          },
          {
            type: 'null',
          },
        ],
        description: 'JSON Schema of the context; its defaults are written into the stored context.',
      },
      sensitiveData: {
        $ref: '#/components/schemas/SensitiveData',
        description: 'Undefined if the template marks nothing as sensitive.',
      },
      fullName: {
        type: 'string',
        description: '`namespace/name@version`.',
      },
      versions: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'All versions, highest first.',
      },
      graph: {
        $ref: '#/components/schemas/StepGraph',
      },
    },
    required: [
      'contextSchema',
      'deadlineSeconds',
      'description',
      'fullName',
      'graph',
      'name',
      'namespace',
      'steps',
      'version',
      'versions',
    ],
    additionalProperties: false,
    description: 'A task template, without values in the configuration of its steps that may be secret.',
  },
  TemplateListDocument: {
    type: 'object',
    properties: {
      namespace: {
        type: 'string',
      },
      templates: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/TemplateOutline',
        },
      },
      totalTemplates: {
        type: 'number',
      },
    },
    required: ['namespace', 'templates', 'totalTemplates'],
    additionalProperties: false,
  },
  TemplateOutline: {
    type: 'object',
    properties: {
      namespace: {
        type: 'string',
      },
      name: {
        type: 'string',
      },
      versions: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'The versions, highest first.',
      },
      latestVersion: {
        type: 'string',
        description:
          'The highest version that running workers have loaded, or, if there are none, this process. Releases rank before pre-releases.',
      },
      description: {
        type: 'string',
        description: 'The description of the latest version.',
      },
      stepCount: {
        type: 'number',
        description: 'The number of steps of the latest version.',
      },
    },
    required: ['namespace', 'name', 'versions', 'latestVersion', 'description', 'stepCount'],
    additionalProperties: false,
    description: 'A task template without its steps.',
  },
  TransitionDetails: {
    type: 'object',
    properties: {
      step: {
        type: ['string', 'null'],
        description: 'The name of the step; null for a transition of the task itself.',
      },
      from: {
        type: 'string',
      },
      to: {
        type: 'string',
      },
      attempt: {
        type: ['number', 'null'],
        description:
          'The number of the attempt that began or ended, counted since the latest reset, without those that were handed back.',
      },
      worker: {
        type: ['string', 'null'],
        description: 'The name of the worker that ran the attempt.',
      },
      actor: {
        type: ['string', 'null'],
        description: 'The person or program that acted; null for the engine.',
      },
      reason: {
        type: ['string', 'null'],
      },
      durationSeconds: {
        type: ['number', 'null'],
        description: 'The duration of the attempt, or of the task if it completed.',
      },
      error: {
        anyOf: [
          {
            $ref: '#/components/schemas/StepFailure',
          },
          {
            type: 'null',
          },
        ],
        description: 'The failure of the attempt; null if it did not fail.',
      },
      retryAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the next attempt of a failed step is due; null if no attempt follows automatically.',
      },
      at: {
        format: 'date-time',
        type: 'string',
      },
    },
    required: [
      'step',
      'from',
      'to',
      'attempt',
      'worker',
      'actor',
      'reason',
      'durationSeconds',
      'error',
      'retryAt',
      'at',
    ],
    additionalProperties: false,
    description: 'A transition of a task or step.',
  },
  TransitionListDocument: {
    type: 'object',
    properties: {
      withheld: {
        type: 'array',
        items: {
          type: 'string',
        },
        description:
          'The parts that the user may not see, such as `context` or `steps.results`. Those of a task are missing, those of a step are null. Missing if nothing is withheld.',
      },
      transitions: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/TransitionDetails',
        },
      },
    },
    required: ['transitions'],
    additionalProperties: false,
  },
  WebhookDelivery: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      webhookId: {
        type: 'string',
      },
      state: {
        $ref: '#/components/schemas/DeliveryState',
        description: '`failed` means that the delivery was given up after the maximum number of attempts.',
      },
      attempts: {
        type: 'number',
        description: 'The number of attempts that began.',
      },
      dueAt: {
        format: 'date-time',
        type: ['string', 'null'],
        description: 'When the next attempt is due; null if the delivery succeeded or was given up.',
      },
      deliveredAt: {
        format: 'date-time',
        type: ['string', 'null'],
      },
      givenUpAt: {
        format: 'date-time',
        type: ['string', 'null'],
      },
      lastStatus: {
        type: ['number', 'null'],
        description: 'The status of the answer to the latest attempt; null if there was no answer.',
      },
      lastError: {
        type: ['string', 'null'],
        description: 'The error of the latest attempt.',
      },
      createdAt: {
        format: 'date-time',
        type: 'string',
      },
      change: {
        $ref: '#/components/schemas/Change',
      },
    },
    required: [
      'attempts',
      'change',
      'createdAt',
      'deliveredAt',
      'dueAt',
      'givenUpAt',
      'id',
      'lastError',
      'lastStatus',
      'state',
      'webhookId',
    ],
    additionalProperties: false,
    description: 'The delivery of one change to one webhook.',
  },
  WebhookDeliveryListDocument: {
    type: 'object',
    properties: {
      deliveries: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/WebhookDelivery',
        },
      },
      page: {
        type: 'object',
        properties: {
          next: {
            type: ['string', 'null'],
          },
        },
        required: ['next'],
        additionalProperties: false,
        description: 'The cursor for the parameter `after` of the next page. Null on the last page.',
      },
    },
    required: ['deliveries', 'page'],
    additionalProperties: false,
  },
  WebhookDetails: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      url: {
        type: 'string',
      },
      description: {
        type: ['string', 'null'],
      },
      isEnabled: {
        type: 'boolean',
      },
      createdAt: {
        format: 'date-time',
        type: 'string',
      },
      updatedAt: {
        format: 'date-time',
        type: 'string',
      },
      filter: {
        $ref: '#/components/schemas/ChangeFilter',
        description: 'The changes that the webhook receives; empty for all.',
      },
    },
    required: ['createdAt', 'description', 'filter', 'id', 'isEnabled', 'updatedAt', 'url'],
    description: 'A webhook: a URL to send changes to, and a filter of the changes.',
  },
  WebhookListDocument: {
    type: 'object',
    properties: {
      webhooks: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/WebhookDetails',
        },
      },
    },
    required: ['webhooks'],
    additionalProperties: false,
  },
  WebhookMessage: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
        description:
          'An id that is the same for each attempt, and in the header `webhook-id`, so that receivers recognise repetitions.',
      },
      type: {
        $ref: '#/components/schemas/ChangeEvent',
        description: 'The name of the event.',
      },
      timestamp: {
        format: 'date-time',
        type: 'string',
        description: 'When the change happened. The header `webhook-timestamp` has the time of sending.',
      },
      data: {
        $ref: '#/components/schemas/Change',
      },
    },
    required: ['id', 'type', 'timestamp', 'data'],
    additionalProperties: false,
    description: 'The body that a receiver gets.',
  },
  WebhookWithSecret: {
    description: 'A new webhook with the secret that signs its requests, which is shown only once.',
    allOf: [
      {
        $ref: '#/components/schemas/WebhookDetails',
      },
      {
        type: 'object',
        properties: {
          secret: {
            type: 'string',
            description: '`whsec_`, followed by a key in base64.',
          },
        },
        required: ['secret'],
      },
    ],
    unevaluatedProperties: false,
  },
  WorkerDetails: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
      },
      name: {
        type: 'string',
      },
      host: {
        type: 'string',
      },
      pid: {
        type: 'number',
      },
      version: {
        type: 'string',
        description: 'The version of nestjs-tasker.',
      },
      queues: {
        anyOf: [
          {
            type: 'array',
            items: {
              type: 'string',
            },
          },
          {
            type: 'null',
          },
        ],
        description: 'The queues that the worker takes steps from; null for all queues.',
      },
      concurrency: {
        type: 'number',
        description: 'The maximum number of steps that the worker runs at the same time.',
      },
      runningSteps: {
        type: 'number',
      },
      status: {
        type: 'string',
        enum: ['running', 'late', 'stopped', 'lost'],
        description: '`late` means that its lease expired, but no other worker has declared it lost yet.',
      },
      startedAt: {
        format: 'date-time',
        type: 'string',
      },
      lastHeartbeatAt: {
        format: 'date-time',
        type: 'string',
      },
    },
    required: [
      'id',
      'name',
      'host',
      'pid',
      'version',
      'queues',
      'concurrency',
      'runningSteps',
      'status',
      'startedAt',
      'lastHeartbeatAt',
    ],
    additionalProperties: false,
    description: 'A worker that runs or ran steps.',
  },
  WorkerListDocument: {
    type: 'object',
    properties: {
      workers: {
        type: 'array',
        items: {
          $ref: '#/components/schemas/WorkerDetails',
        },
      },
    },
    required: ['workers'],
    additionalProperties: false,
  },
} as const;
