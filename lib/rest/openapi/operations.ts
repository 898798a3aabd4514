import type { ActionOperation } from '../../api/action.operation.js';
import { BULK_OPERATIONS, type BulkOperation } from '../../api/bulk.operations.js';
import { STEP_OPERATIONS } from '../../api/step.operations.js';
import { TASK_OPERATIONS } from '../../api/task.operations.js';
import { PERIOD_BOUNDS, SLOWEST_BOUNDS } from '../../workflow/list.bounds.js';
import { StepActionsController, TaskActionsController } from '../actions.controller.js';
import { AnalyticsController } from '../analytics.controller.js';
import { DeadLettersController } from '../dead-letters.controller.js';
import { EventsController } from '../events.controller.js';
import { HandlersController } from '../handlers.controller.js';
import { HealthController } from '../health.controller.js';
import { StepsController } from '../steps.controller.js';
import { SystemStatusController } from '../system-status.controller.js';
import { TaskBulkController } from '../task-bulk.controller.js';
import { TaskPartsController } from '../task-parts.controller.js';
import { TasksController } from '../tasks.controller.js';
import { TemplatesController } from '../templates.controller.js';
import { WorkersController } from '../workers.controller.js';
import { WorkflowStepsController } from '../workflow-steps.controller.js';
import { nameOfInput } from './input.schemas.js';
import type { Operation, Operations, SchemaName } from './operation.js';
import { EVENT_QUERY, TASK_EVENT_QUERY } from './event.parameters.js';
import { WEBHOOK_OPERATIONS } from './webhook.operations.js';
import { INCLUDE_QUERY, LIST_QUERY } from './task.parameters.js';

export const TAGS = {
  Tasks: 'Runs of task templates.',
  Steps: 'The steps of a task.',
  Live: 'Changes, as they happen.',
  Webhooks: 'Receivers of changes.',
  Templates: 'The task templates that can be started.',
  Operations: 'Workers and queues.',
  Analytics: 'The performance of the system.',
  Health: 'The state of the system and of this process.',
} as const;

const ok = (schema: SchemaName): Operation['answers'] => ({ 200: { schema } });
const NOT_MODIFIED = { 304: { schema: null } } as const;
const BY = { actor: 'ann', reason: 'the bank is back' };
const ORDER = { namespace: 'ecommerce', name: 'process_order', version: '1.0.0', context: { orderId: 17 } };

/** Refused if the state of the task or step does not permit it. */
const operationOf = ({ id, summary, input, example, startsTask }: ActionOperation): Operation => ({
  id,
  summary,
  body: { schema: nameOfInput(input), isOptional: true, example: { ...BY, ...example } },
  ...(startsTask && { locates: true }),
  answers: startsTask ? { 201: { schema: 'StartedTask' } } : ok('ActionResult'),
  problems: [404, 409],
});

const operationsOf = (actions: readonly ActionOperation[]): Operations['methods'] =>
  Object.fromEntries(actions.filter(({ route }) => route !== null).map((each) => [each.id, operationOf(each)]));

/** `DELETE`, which cancels. */
const deletion = (id: string, summary: string): Operation => ({
  id,
  summary,
  body: { schema: 'ActionInput', isOptional: true, example: BY },
  answers: ok('ActionResult'),
  problems: [404, 409],
});

const { states: _states, include: _include, ...DEAD_LETTER_QUERY } = LIST_QUERY;

const SHOW_TEMPLATE: Operation = {
  id: 'getTemplate',
  summary: 'A task template with its steps and their graph.',
  query: { version: { kind: 'text', description: 'An exact version, or `latest`, which is the default.' } },
  answers: ok('TemplateDocument'),
  problems: [404],
};

/** Each task by itself; the answer says what was refused for one. */
const bulkOperation = ({ id, summary }: BulkOperation): Operation => ({
  id,
  summary,
  body: { schema: 'BulkInput', example: { filter: { namespace: 'ecommerce', states: ['error'] }, ...BY } },
  answers: ok('BulkReport'),
  problems: [409, 422],
});

const change = (id: string): Operation => ({
  id,
  summary: 'Changes a task. Fields that are left out keep their values.',
  body: { schema: 'ChangeTaskInput', example: { tags: ['vip'], priority: 5 } },
  answers: ok('TaskDocument'),
  problems: [404, 409, 412],
});

const changeStep = (id: string): Operation => ({
  id,
  summary: 'Changes how many attempts a step has in all.',
  body: { schema: 'ChangeRetryLimitInput', example: { retryLimit: 5, ...BY } },
  answers: ok('ShownStep'),
  problems: [404, 409, 412],
});

/** Whoever left comes back with the id of the last event in the header `Last-Event-ID`. */
const events = (
  id: string,
  summary: string,
  query: Required<Operation>['query'],
  problems: readonly number[],
): Operation => ({
  id,
  summary,
  query,
  answers: { 200: { schema: null, media: { 'text/event-stream': { description: EVENT_STREAM, carries: 'Change' } } } },
  problems,
});

const EVENT_STREAM =
  'Server-sent events: `ready` at once, then one for each change, named as its `event`, with it as data and its `position` as id. ' +
  '`ready`, and `heartbeat` every fifteen seconds, have `{"position"}` as data.';

/** Every operation below the mount path. A test holds that no method of a controller is missing. */
export const OPERATIONS: readonly Operations[] = [
  {
    controller: TasksController,
    tag: 'Tasks',
    methods: {
      list: {
        id: 'listTasks',
        summary: 'A page of the tasks that the query asks for.',
        query: LIST_QUERY,
        isPaged: true,
        answers: ok('TaskListDocument'),
        problems: [422],
      },
      start: {
        id: 'startTask',
        summary: 'Starts a task. 200 where an equal request had started it before.',
        body: { schema: 'StartTaskInput', example: ORDER },
        locates: true,
        answers: { 201: { schema: 'StartedTask' }, 200: { schema: 'StartedTask' } },
        problems: [404, 409, 429],
      },
      startMany: {
        id: 'startTasks',
        summary: 'Starts many tasks, all or none, and answers in the order of the requests.',
        body: { schema: 'StartTasksInput', example: { tasks: [ORDER] } },
        answers: { 201: { schema: 'StartedTaskListDocument' } },
        problems: [404, 409, 429],
      },
      show: {
        id: 'getTask',
        summary: 'A task in full.',
        query: INCLUDE_QUERY,
        answers: { ...ok('TaskDocument'), ...NOT_MODIFIED },
        problems: [404],
      },
      change: change('updateTask'),
      replace: change('replaceTask'),
      remove: deletion('deleteTask', 'Cancels a task, and deletes nothing.'),
    },
  },
  {
    controller: TaskActionsController,
    tag: 'Tasks',
    methods: operationsOf(TASK_OPERATIONS),
  },
  {
    controller: TaskBulkController,
    tag: 'Tasks',
    methods: Object.fromEntries(BULK_OPERATIONS.map((each) => [each.id, bulkOperation(each)])),
  },
  {
    controller: TaskPartsController,
    tag: 'Tasks',
    methods: {
      transitions: {
        id: 'getTransitions',
        summary: 'The history of a task and its steps, in the order in which it happened.',
        answers: ok('TransitionListDocument'),
        problems: [404],
      },
      annotations: {
        id: 'getAnnotations',
        summary: 'The annotations of a task.',
        answers: ok('AnnotationListDocument'),
        problems: [404],
      },
      annotate: {
        id: 'annotateTask',
        summary: 'Adds an annotation to a task.',
        body: { schema: 'AnnotateInput', example: { type: 'audit', annotation: { checkedBy: 'ann' } } },
        answers: { 201: { schema: 'AnnotationDetails' } },
        problems: [404, 409],
      },
      graph: {
        id: 'getGraph',
        summary: 'The steps of a task as a graph: as JSON, or drawn by Mermaid or Graphviz.',
        query: {
          format: {
            kind: 'text',
            description: 'How to draw it; JSON unless said otherwise.',
            values: ['json', 'mermaid', 'dot'],
          },
        },
        answers: { 200: { schema: 'StepGraph', media: { 'text/plain': { description: 'The source of a drawing.' } } } },
        problems: [404],
      },
    },
  },
  {
    controller: WorkflowStepsController,
    tag: 'Steps',
    methods: {
      list: { id: 'listSteps', summary: 'The steps of a task.', answers: ok('StepListDocument'), problems: [404] },
      show: {
        id: 'getStep',
        summary: 'A step, by its name or id.',
        answers: { ...ok('ShownStep'), ...NOT_MODIFIED },
        problems: [404],
      },
      change: changeStep('updateStep'),
      replace: changeStep('replaceStep'),
      remove: deletion('deleteStep', 'Cancels a step and all that depends on it.'),
    },
  },
  { controller: StepActionsController, tag: 'Steps', methods: operationsOf(STEP_OPERATIONS) },
  {
    controller: StepsController,
    tag: 'Steps',
    methods: {
      show: {
        id: 'getStepById',
        summary: 'A step, by its id alone.',
        answers: { ...ok('ShownStep'), ...NOT_MODIFIED },
        problems: [404],
      },
    },
  },
  {
    controller: EventsController,
    tag: 'Live',
    methods: {
      all: events('followChanges', 'Streams changes of tasks and steps as they are committed.', EVENT_QUERY, [503]),
      ofTask: events('followTask', 'Streams changes of a task and its steps.', TASK_EVENT_QUERY, [404, 503]),
    },
  },
  ...WEBHOOK_OPERATIONS,
  {
    controller: DeadLettersController,
    tag: 'Tasks',
    methods: {
      list: {
        id: 'listDeadLetters',
        summary: 'Tasks that need a person: what is wrong, and which actions would repair it.',
        query: DEAD_LETTER_QUERY,
        isPaged: true,
        answers: ok('DeadLetterListDocument'),
        problems: [422],
      },
    },
  },
  {
    controller: TemplatesController,
    tag: 'Templates',
    methods: {
      namespaces: {
        id: 'listNamespaces',
        summary: 'The namespaces of task templates.',
        answers: ok('NamespaceListDocument'),
      },
      list: {
        id: 'listTemplates',
        summary: 'The task templates of a namespace.',
        answers: ok('TemplateListDocument'),
        problems: [404],
      },
      show: SHOW_TEMPLATE,
    },
  },
  {
    controller: HandlersController,
    tag: 'Templates',
    methods: {
      namespaces: {
        id: 'listNamespacesOfHandlers',
        summary: 'Replaced by `GET /templates`.',
        isDeprecated: true,
        answers: ok('NamespaceListDocument'),
      },
      list: {
        id: 'listHandlers',
        summary: 'Replaced by `GET /templates/{namespace}`.',
        isDeprecated: true,
        answers: ok('HandlerListDocument'),
        problems: [404],
      },
      show: {
        ...SHOW_TEMPLATE,
        id: 'getHandler',
        summary: 'Replaced by `GET /templates/{namespace}/{name}`.',
        isDeprecated: true,
      },
    },
  },
  {
    controller: WorkersController,
    tag: 'Operations',
    methods: {
      workers: {
        id: 'listWorkers',
        summary: 'The processes that run steps, or ran them within the last day.',
        answers: ok('WorkerListDocument'),
      },
      queues: {
        id: 'listQueues',
        summary: 'The steps that are waiting and running, by queue and namespace.',
        answers: ok('QueueListDocument'),
        problems: [422],
      },
    },
  },
  {
    controller: AnalyticsController,
    tag: 'Analytics',
    methods: {
      performance: {
        id: 'getPerformance',
        summary: 'Rates and durations of the last hour, four hours and day.',
        answers: ok('PerformanceDocument'),
      },
      bottlenecks: {
        id: 'getBottlenecks',
        summary: 'The slowest tasks and steps.',
        query: {
          namespace: { kind: 'text', description: 'Of the task templates.' },
          name: { kind: 'text', description: 'Of the task templates.' },
          version: { kind: 'text', description: 'Of the task templates.' },
          period: {
            kind: 'number',
            description: 'Hours.',
            bounds: PERIOD_BOUNDS,
          },
          limit: {
            kind: 'number',
            description: 'The number of tasks, and of steps.',
            bounds: SLOWEST_BOUNDS,
          },
        },
        answers: ok('BottleneckDocument'),
      },
    },
  },
  {
    controller: SystemStatusController,
    tag: 'Health',
    methods: {
      status: {
        id: 'getStatus',
        summary: 'The state of the whole system.',
        answers: { ...ok('SystemStatusDocument'), 503: { schema: 'SystemStatusDocument' } },
      },
    },
  },
  {
    controller: HealthController,
    tag: 'Health',
    methods: {
      live: {
        id: 'checkLiveness',
        summary: 'Whether the process runs, and its worker makes progress.',
        answers: { ...ok('LivenessDocument'), 503: { schema: 'LivenessDocument' } },
      },
      ready: {
        id: 'checkReadiness',
        summary: 'Whether requests and steps may be sent here.',
        answers: { ...ok('ReadinessDocument'), 503: { schema: 'ReadinessDocument' } },
      },
    },
  },
];
