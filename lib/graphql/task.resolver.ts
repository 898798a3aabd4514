import { Inject } from '@nestjs/common';
import { Args, ID, Query } from '@nestjs/graphql';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { AnnotationTypeReader, type AnnotationTypeDetails } from '../insight/annotation-type.reader.js';
import { isOmitted, StepReader, stepCalled, type StepDocument } from '../insight/step.reader.js';
import { TaskReader, type TaskOutline } from '../insight/task.reader.js';
import { getStep, getTask, listTasks } from '../api/reading.operations.js';
import { CurrentExecution, isThere, scopeOf, type Execution } from './graphql.execution.js';
import { connectionOf, connectionTypeOf, type Connection } from './reading/connection.type.js';
import { NestedReader } from './reading/nested.reader.js';
import { listRequest, TaskListArgs, type AskedList } from './reading/task-list.args.js';
import { TaskLoaders } from './reading/task.loaders.js';
import { OperationQuery } from './reading/operation.query.js';
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
    private readonly nested: NestedReader,
  ) {}

  @OperationQuery(() => TaskType, getTask, { nullable: true })
  task(
    @Args('id', { type: () => ID }) id: string,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskOutline | null> {
    return isThere(execution) ? this.loaders.of(execution).task(id) : Promise.resolve(null);
  }

  @OperationQuery(() => TaskConnectionType, listTasks)
  async tasks(
    @Args({ type: () => TaskListArgs }) asked: AskedList,
    @CurrentExecution() execution: Execution,
  ): Promise<Connection<TaskOutline>> {
    const page = await this.reader.list(listRequest(asked), scopeOf(execution));
    const edges = page.items.map(({ task, cursor }) => ({ node: task, cursor }));
    this.nested.know(
      execution,
      page.items.map(({ task }) => task),
    );
    return connectionOf(edges, page);
  }

  @OperationQuery(() => WorkflowStepType, getStep, { nullable: true })
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
