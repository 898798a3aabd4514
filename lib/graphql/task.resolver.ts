import { Inject } from '@nestjs/common';
import { Args, ID, Query } from '@nestjs/graphql';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { AnnotationTypeReader, type AnnotationTypeDetails } from '../insight/annotation-type.reader.js';
import { isOmitted, StepReader, stepCalled, type StepDocument } from '../insight/step.reader.js';
import { TaskReader, type TaskOutline } from '../insight/task.reader.js';
import { Permitted } from '../api/operation.js';
import { getStep, getTask, listTasks } from '../api/reading.operations.js';
import { CurrentExecution, isThere, scopeOf, type Execution } from './graphql.execution.js';
import { connectionOf, connectionTypeOf, type Connection } from './reading/connection.type.js';
import { NestedAccess } from './reading/nested.access.js';
import { listRequest, TaskListArgs, type AskedList } from './reading/task-list.args.js';
import { TaskLoaders } from './reading/task.loaders.js';
import { TaskerResolver } from './reading/tasker-resolver.decorator.js';
import { AnnotationTypeType } from './task-record.types.js';
import { TaskType } from './task.type.js';
import { WorkflowStepType } from './workflow-step.type.js';

const TaskConnectionType = connectionTypeOf(TaskType, 'Task');

/** Shows tasks and steps. */
@TaskerResolver()
export class TaskResolver {
  constructor(
    @Inject(TaskReader) private readonly reader: Scoped<TaskReader>,
    @Inject(StepReader) private readonly steps: Scoped<StepReader>,
    @Inject(AnnotationTypeReader) private readonly annotations: Scoped<AnnotationTypeReader>,
    private readonly loaders: TaskLoaders,
    private readonly access: NestedAccess,
  ) {}

  @Query(() => TaskType, { nullable: true, description: 'The task with this id, or null if there is none.' })
  @Permitted(getTask)
  task(
    @Args('id', { type: () => ID }) id: string,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskOutline | null> {
    return isThere(execution) ? this.loaders.of(execution).task(id) : Promise.resolve(null);
  }

  @Query(() => TaskConnectionType, { description: 'A page of tasks, by default the latest first.' })
  @Permitted(listTasks)
  async tasks(
    @Args({ type: () => TaskListArgs }) asked: AskedList,
    @CurrentExecution() execution: Execution,
  ): Promise<Connection<TaskOutline>> {
    const page = await this.reader.list(listRequest(asked), scopeOf(execution));
    const loader = this.loaders.of(execution);
    page.items.forEach(({ task }) => loader.know(task));
    this.access.know(
      execution,
      page.items.map(({ task }) => task),
    );
    return connectionOf(
      page.items.map(({ task, cursor }) => ({ node: task, cursor })),
      page,
    );
  }

  @Query(() => WorkflowStepType, {
    nullable: true,
    description: 'The step with this name or id, or null if there is none.',
  })
  @Permitted(getStep)
  async step(
    @Args('taskId', { type: () => ID }) taskId: string,
    @Args('step', { type: () => ID, description: 'The name or id of the step.' }) step: string,
    @CurrentExecution() execution: Execution,
  ): Promise<StepDocument | null> {
    if (!isThere(execution)) return null;
    const found = stepCalled((await this.loaders.of(execution).steps(taskId)) ?? [], step);
    if (!found) return null;
    const isWhole = !isOmitted(found.results) && !isOmitted(found.error?.context);
    return isWhole ? found : this.steps.get(taskId, found.id, scopeOf(execution));
  }

  @Query(() => [AnnotationTypeType], {
    description: 'The types of annotations, by name. A type exists as soon as an annotation has it.',
  })
  @RequirePermission('tasker.task:index')
  annotationTypes(@CurrentExecution() execution: Execution): Promise<readonly AnnotationTypeDetails[]> {
    return this.annotations.list(scopeOf(execution));
  }
}
