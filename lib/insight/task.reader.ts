import { Injectable } from '@nestjs/common';
import { UnknownTaskError } from '../persistence/persistence.errors.js';
import { TaskDetailGateway } from '../persistence/task-detail.gateway.js';
import { TaskListGateway, type TaskPosition, type TaskSortField } from '../persistence/task-list.gateway.js';
import type { StepDetails, StoredPart, TaskDetails } from '../persistence/task.details.js';
import { analyseGraph } from '../workflow/graph.js';
import { isRowId } from '../workflow/input.checks.js';
import { checkListRequest, checkParts } from './task.list.check.js';
import { analyseTask } from './task.analysis.js';
import { cursorOf, positionAt } from './task.cursor.js';
import type { TaskPart, TaskParts, TaskWith } from './task.parts.js';
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
const DEFAULT_LIMIT = 20;

/** Answers what tasks and their steps are doing. */
@Injectable()
export class TaskReader {
  constructor(
    private readonly details: TaskDetailGateway,
    private readonly lists: TaskListGateway,
  ) {}

  /** @throws UnknownTaskError, InvalidListRequestError for a part that there is not */
  async get<More extends TaskPart = never>(
    taskId: string,
    more: readonly More[] = [],
  ): Promise<TaskDetails & TaskWith<More>> {
    return this.getParts<(typeof ALWAYS)[number] | More>(taskId, [...ALWAYS, ...more]);
  }

  /**
   * The task with these parts and no more.
   * @throws UnknownTaskError, InvalidListRequestError for a part that there is not
   */
  async getParts<Part extends TaskPart>(taskId: string, parts: readonly Part[]): Promise<TaskWith<Part>> {
    const task = await this.findParts(taskId, parts);
    if (!task) throw new UnknownTaskError(taskId);
    return task;
  }

  /**
   * The task with its context, summary and steps, and more if asked for; null when there is none. What cannot be an id names
   * no task either.
   */
  async find<More extends TaskPart = never>(
    taskId: string,
    more: readonly More[] = [],
  ): Promise<(TaskDetails & TaskWith<More>) | null> {
    return this.findParts<(typeof ALWAYS)[number] | More>(taskId, [...ALWAYS, ...more]);
  }

  /**
   * Those of the tasks that exist, by id, with the parts that are asked for; one statement, however many. What cannot be an id
   * names no task.
   */
  async findMany<Part extends TaskPart>(
    taskIds: readonly string[],
    parts: readonly Part[],
  ): Promise<ReadonlyMap<string, TaskWith<Part>>> {
    const wanted = new Set<TaskPart>(parts);
    const stored = new Set(parts.map((part): StoredPart => (part === 'analysis' ? 'steps' : part)));
    const found = await this.details.findMany(taskIds.filter(isRowId), [...stored]);
    return new Map(
      [...found].map(([id, { steps, ...task }]) => [id, { ...task, ...derived(steps, wanted) } as TaskWith<Part>]),
    );
  }

  /**
   * One page of tasks, light unless more is asked for, in a fixed number of statements.
   *
   * @throws InvalidListRequestError, InvalidContextPathError, SlowListError
   */
  async list(request: TaskListRequest = {}): Promise<TaskPage> {
    checkListRequest(request);
    const { filter = {}, sort = '-createdAt', limit = DEFAULT_LIMIT, include = [], fromEnd = false } = request;
    const field = sort.replace('-', '') as TaskSortField;
    const cursor = request.before ?? request.after;
    const backwards = fromEnd || request.before !== undefined;
    const found = await this.lists.find({
      filter,
      sort: field,
      descending: sort.startsWith('-'),
      from: cursor === undefined ? null : position(cursor, field, backwards ? 'before' : 'after'),
      backwards,
      limit,
    });
    const hasMore = found.length > limit;
    const page = backwards ? found.slice(-limit) : found.slice(0, limit);
    const tasks = await this.findMany(
      page.map(({ id }) => id),
      include,
    );
    return {
      // One that was removed since it was found is left out.
      items: page.flatMap((at) => {
        const task = tasks.get(at.id);
        return task ? [{ task, cursor: cursorOf(field, at) }] : [];
      }),
      hasNext: backwards ? cursor !== undefined : hasMore,
      hasPrevious: backwards ? hasMore : cursor !== undefined,
    };
  }

  private async findParts<Part extends TaskPart>(
    taskId: string,
    parts: readonly Part[],
  ): Promise<TaskWith<Part> | null> {
    checkParts(parts);
    const found = await this.findMany([taskId], parts);
    return found.get(taskId) ?? null;
  }
}

/** @throws InvalidListRequestError */
function position(cursor: string, sort: TaskSortField, parameter: string): TaskPosition {
  const at = positionAt(cursor, sort);
  if (at) return at;
  throw new InvalidListRequestError([
    { pointer: `/${parameter}`, message: 'is no cursor of a list with this sort; cursors come with each page' },
  ]);
}

/** What follows from the steps, as far as it is wanted. */
function derived(steps: readonly StepDetails[] | undefined, wanted: ReadonlySet<TaskPart>): Partial<TaskParts> {
  if (!steps) return {};
  const ordered = dependenciesFirst(steps);
  return {
    ...(wanted.has('steps') && { steps: ordered }),
    ...(wanted.has('analysis') && { analysis: analyseTask(ordered) }),
  };
}

function dependenciesFirst(steps: readonly StepDetails[]): readonly StepDetails[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  return analyseGraph(steps).order.map((name) => byName.get(name)!);
}
