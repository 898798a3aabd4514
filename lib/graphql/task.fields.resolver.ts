import { Inject } from '@nestjs/common';
import { Parent, Resolver } from '@nestjs/graphql';
import { OwnRoute } from '../auth/own-route.decorator.js';
import { NeedsNoPermission, RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { graphOf, type StepGraph } from '../insight/step.graph.js';
import type { StepDocument } from '../insight/step.reader.js';
import type { TaskAnalysis } from '../insight/task.analysis.js';
import type { AnnotationDetails, TaskOutline, TaskSummary, TransitionDetails } from '../insight/task.reader.js';
import type { TaskPart, TaskParts } from '../insight/task.parts.js';
import { TemplateReader, type TemplateDocument } from '../insight/template.reader.js';
import type { JsonObject } from '../workflow/json.js';
import { CurrentExecution, type Execution } from './graphql.execution.js';
import { TaskerJsonField } from './json.field.js';
import { NestedAccess } from './reading/nested.access.js';
import { TaskerField } from './reading/tasker-field.decorator.js';
import { TaskLoaders } from './reading/task.loaders.js';
import { StepGraphType } from './step-graph.type.js';
import { TaskAnalysisType } from './task-analysis.type.js';
import { TaskAnnotationType, TransitionType } from './task-record.types.js';
import { TaskSummaryType, TaskType } from './task.type.js';
import { TaskTemplateType } from './templates/task-template.type.js';
import { WorkflowStepType } from './workflow-step.type.js';

/** The parts of a task. Most of them need a further permission. */
@Resolver(() => TaskType)
@OwnRoute('graphql')
export class TaskFieldsResolver {
  constructor(
    private readonly loaders: TaskLoaders,
    private readonly access: NestedAccess,
    @Inject(TemplateReader) private readonly templates: Scoped<TemplateReader>,
  ) {}

  @TaskerJsonField({ nullable: true, description: 'The context of the task. Needs tasker.task:read_context.' })
  @RequirePermission('tasker.task:read_context')
  async context(@Parent() task: TaskOutline, @CurrentExecution() execution: Execution): Promise<JsonObject | null> {
    return this.part(task, 'context', execution);
  }

  @TaskerField(() => TaskSummaryType, {
    nullable: true,
    description: 'The counts of the steps; null only if the task has been removed.',
  })
  @NeedsNoPermission()
  summary(@Parent() { id }: TaskOutline, @CurrentExecution() execution: Execution): Promise<TaskSummary | null> {
    return this.loaders.of(execution).part(id, 'summary');
  }

  @TaskerField(() => [WorkflowStepType], {
    nullable: true,
    description: 'The steps, each after the steps that it depends on. Needs tasker.workflow_step:index.',
  })
  @RequirePermission('tasker.workflow_step:index')
  async steps(
    @Parent() { id }: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly StepDocument[]> {
    const exists = await this.access.require(execution, { taskId: id });
    return (exists ? await this.loaders.of(execution).steps(id) : null) ?? [];
  }

  @TaskerField(() => [TaskAnnotationType], {
    nullable: true,
    description: 'The annotations, in the order in which they were added. Needs tasker.task:read_annotations.',
  })
  @RequirePermission('tasker.task:read_annotations')
  async annotations(
    @Parent() task: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly AnnotationDetails[]> {
    return (await this.part(task, 'annotations', execution)) ?? [];
  }

  @TaskerField(() => [TransitionType], {
    nullable: true,
    description:
      'The transitions of the task and its steps, in the order in which they happened. Needs ' +
      'tasker.task:read_transitions; errors in them are null without tasker.workflow_step:read_error.',
  })
  @RequirePermission('tasker.task:read_transitions')
  async transitions(
    @Parent() task: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly TransitionDetails[]> {
    const transitions = (await this.part(task, 'transitions', execution)) ?? [];
    const mayRead = await this.access.mayRead(execution, 'tasker.workflow_step:read_error', task.id);
    return mayRead ? transitions : transitions.map((transition) => ({ ...transition, error: null }));
  }

  @TaskerField(() => TaskAnalysisType, {
    nullable: true,
    description: 'The dependencies of the steps, and what blocks the task. Needs tasker.workflow_step:index.',
  })
  @RequirePermission('tasker.workflow_step:index')
  analysis(@Parent() task: TaskOutline, @CurrentExecution() execution: Execution): Promise<TaskAnalysis | null> {
    return this.part(task, 'analysis', execution);
  }

  @TaskerField(() => StepGraphType, {
    nullable: true,
    description: 'The steps as a graph. Needs tasker.workflow_step:index.',
  })
  @RequirePermission('tasker.workflow_step:index')
  async graph(@Parent() task: TaskOutline, @CurrentExecution() execution: Execution): Promise<StepGraph> {
    return graphOf((await this.part(task, 'steps', execution)) ?? []);
  }

  @TaskerField(() => TaskTemplateType, {
    nullable: true,
    description: 'The task template, in the version of the task. Needs tasker.handler:show.',
  })
  @RequirePermission('tasker.handler:show')
  async template(
    @Parent() { namespace, name, version }: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<TemplateDocument | null> {
    const scope = await this.access.requireTemplate(execution, { namespace, name, version });
    return this.templates.find(namespace, name, version, scope);
  }

  /**
   * Reads a part of the task with the permission that the field declares; null if the task does not exist for the user.
   */
  private async part<Part extends TaskPart>(
    { id }: TaskOutline,
    part: Part,
    execution: Execution,
  ): Promise<TaskParts[Part] | null> {
    const exists = await this.access.require(execution, { taskId: id });
    return exists ? this.loaders.of(execution).part(id, part) : null;
  }
}
