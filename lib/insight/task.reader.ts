import { Injectable } from '@nestjs/common';
import { UnknownTaskError } from '../persistence/persistence.errors.js';
import { TaskDetailGateway } from '../persistence/task-detail.gateway.js';
import {
  TaskListGateway,
  type TaskListQuery,
  type TaskPosition,
  type TaskSortField,
} from '../persistence/task-list.gateway.js';
import type { StepDetails, StoredPart, StoredParts, TaskDetails, TaskOutline } from '../persistence/task.details.js';
import { analyseGraph } from '../workflow/graph.js';
import { isRowId } from '../workflow/input.checks.js';
import { PAGE_BOUNDS } from '../workflow/list.bounds.js';
import type { TaskState } from '../workflow/states.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { checkListRequest, checkParts } from './task.list.check.js';
import { analyseTask } from './task.analysis.js';
import { cursorOf, positionAt } from './task.cursor.js';
import type { TaskPart, TaskParts, TaskWith } from './task.parts.js';
import { NOT_A_CURSOR } from '../workflow/input.wording.js';
import { InvalidListRequestError } from './insight.errors.js';
import type { TaskListRequest, TaskPage } from './task.list.js';

export type {
  AnnotationDetails,
  StepDetails,
  StepErrorDetails,
  TaskDetails,
  TaskOutline,
  TaskSummary,
  TransitionDetails,
} from '../persistence/task.details.js';

const ALWAYS = ['context', 'summary', 'steps'] as const satisfies TaskPart[];

/** Reads tasks and their steps. A task out of the caller's scope does not exist for the caller. */
@Injectable()
export class TaskReader {
  constructor(
    private readonly details: TaskDetailGateway,
    private readonly lists: TaskListGateway,
  ) {}

  /** @throws UnknownTaskError, InvalidListRequestError for an unknown part, AnswerTooLargeError */
  async get<More extends TaskPart = never>(
    taskId: string,
    more: readonly More[] = [],
    scope: TaskScope | null = null,
  ): Promise<TaskDetails & TaskWith<More>> {
    return this.getParts<(typeof ALWAYS)[number] | More>(taskId, [...ALWAYS, ...more], null, scope);
  }

  /**
   * Returns the task with only these parts.
   * @param step see `findMany`
   * @throws UnknownTaskError, InvalidListRequestError for an unknown part, AnswerTooLargeError
   */
  async getParts<Part extends TaskPart>(
    taskId: string,
    parts: readonly Part[],
    step: string | null = null,
    scope: TaskScope | null = null,
  ): Promise<TaskWith<Part>> {
    const task = await this.findParts(taskId, parts, step, scope);
    if (!task) throw new UnknownTaskError(taskId);
    return task;
  }

  /**
   * Returns the task with its context, summary and steps, and the requested further parts; null if there is none, also
   * for a text that cannot be an id.
   */
  async find<More extends TaskPart = never>(
    taskId: string,
    more: readonly More[] = [],
    scope: TaskScope | null = null,
  ): Promise<(TaskDetails & TaskWith<More>) | null> {
    return this.findParts<(typeof ALWAYS)[number] | More>(taskId, [...ALWAYS, ...more], null, scope);
  }

  /**
   * Returns the existing tasks by id, with the requested parts, in one statement. A text that cannot be an id is
   * ignored. If the tasks together are too large for one answer, the largest values are left out (see `OmittedValue`).
   *
   * @param step the name or id of the only step whose results and error are read; null for all steps
   * @throws AnswerTooLargeError
   */
  async findMany<Part extends TaskPart>(
    taskIds: readonly string[],
    parts: readonly Part[],
    step: string | null = null,
    scope: TaskScope | null = null,
  ): Promise<ReadonlyMap<string, TaskWith<Part>>> {
    const found = await this.details.findMany(taskIds.filter(isRowId), storedPartsOf(parts), step, scope);
    return new Map([...found].map(([id, task]) => [id, withParts(task, parts)]));
  }

  /**
   * Returns one page of tasks, without parts unless they are requested, in one statement. The page ends before `limit`
   * if one answer has no room for more (option `database.maxReadBytes`). If a single task is too large, its largest
   * values are left out.
   *
   * @throws InvalidListRequestError, InvalidContextPathError, SlowListError, AnswerTooLargeError
   */
  async list(request: TaskListRequest = {}, scope: TaskScope | null = null): Promise<TaskPage> {
    checkListRequest(request);
    const { filter = {}, sort = '-createdAt', limit = PAGE_BOUNDS.default, include = [], fromEnd = false } = request;
    const field = sort.replace('-', '') as TaskSortField;
    const cursor = request.before ?? request.after;
    const backwards = fromEnd || request.before !== undefined;
    const query: TaskListQuery = {
      filter,
      scope,
      sort: field,
      descending: sort.startsWith('-'),
      from: cursor === undefined ? null : positionOf(cursor, field, backwards ? 'before' : 'after'),
      backwards,
      limit,
    };
    const { tasks, hasMore } = await this.lists.findTasks(query, storedPartsOf(include));
    return {
      items: tasks.map(({ task, position }) => ({ task: withParts(task, include), cursor: cursorOf(field, position) })),
      hasNext: backwards ? cursor !== undefined : hasMore,
      hasPrevious: backwards ? hasMore : cursor !== undefined,
    };
  }

  private async findParts<Part extends TaskPart>(
    taskId: string,
    parts: readonly Part[],
    step: string | null,
    scope: TaskScope | null,
  ): Promise<TaskWith<Part> | null> {
    checkParts(parts);
    const found = await this.findMany([taskId], parts, step, scope);
    return found.get(taskId) ?? null;
  }
}

/** @throws InvalidListRequestError */
function positionOf(cursor: string, sort: TaskSortField, parameter: string): TaskPosition {
  const at = positionAt(cursor, sort);
  if (at) return at;
  throw new InvalidListRequestError([{ pointer: `/${parameter}`, message: NOT_A_CURSOR }]);
}

function storedPartsOf(parts: readonly TaskPart[]): readonly StoredPart[] {
  return [...new Set(parts.map((part): StoredPart => (part === 'analysis' ? 'steps' : part)))];
}

function withParts<Part extends TaskPart>(
  { steps, ...task }: TaskOutline & Partial<StoredParts>,
  parts: readonly Part[],
): TaskWith<Part> {
  return { ...task, ...derived(task.state, steps, new Set<TaskPart>(parts)) } as TaskWith<Part>;
}

/** The requested parts that are derived from the steps. */
function derived(
  state: TaskState,
  steps: readonly StepDetails[] | undefined,
  wanted: ReadonlySet<TaskPart>,
): Partial<TaskParts> {
  if (!steps) return {};
  const ordered = dependenciesFirst(steps);
  return {
    ...(wanted.has('steps') && { steps: ordered }),
    ...(wanted.has('analysis') && { analysis: analyseTask(state, ordered) }),
  };
}

function dependenciesFirst(steps: readonly StepDetails[]): readonly StepDetails[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  return analyseGraph(steps).order.map((name) => byName.get(name)!);
}
