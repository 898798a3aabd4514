import { Inject } from '@nestjs/common';
import { Parent, Resolver } from '@nestjs/graphql';
import { OwnRoute } from '../auth/own-route.decorator.js';
import { NeedsNoPermission, RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { graphOf, type StepGraph } from '../insight/step.graph.js';
import type { StepDocument } from '../insight/step.reader.js';
import type { TaskAnalysis } from '../insight/task.analysis.js';
import type { AnnotationDetails, TaskOutline, TaskSummary, TransitionDetails } from '../insight/task.reader.js';
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

/** What belongs to a task. Who may see the task may see that; steps and templates have permissions of their own. */
@Resolver(() => TaskType)
@OwnRoute('graphql')
export class TaskFieldsResolver {
  constructor(
    private readonly loaders: TaskLoaders,
    private readonly access: NestedAccess,
    @Inject(TemplateReader) private readonly templates: Scoped<TemplateReader>,
  ) {}

  @TaskerJsonField()
  @NeedsNoPermission()
  async context(@Parent() { id }: TaskOutline, @CurrentExecution() execution: Execution): Promise<JsonObject> {
    return (await this.loaders.of(execution).part(id, 'context')) ?? {};
  }

  @TaskerField(() => TaskSummaryType, { nullable: true, description: 'Null only if it was removed meanwhile.' })
  @NeedsNoPermission()
  summary(@Parent() { id }: TaskOutline, @CurrentExecution() execution: Execution): Promise<TaskSummary | null> {
    return this.loaders.of(execution).part(id, 'summary');
  }

  @TaskerField(() => [WorkflowStepType], { description: 'Dependencies first. Needs tasker.workflow_step:index.' })
  @RequirePermission('tasker.workflow_step:index')
  async steps(
    @Parent() { id }: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly StepDocument[]> {
    const exists = await this.access.require(execution, { taskId: id });
    return (exists ? await this.loaders.of(execution).steps(id) : null) ?? [];
  }

  @TaskerField(() => [TaskAnnotationType], { description: 'In the order in which they were added.' })
  @NeedsNoPermission()
  async annotations(
    @Parent() { id }: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly AnnotationDetails[]> {
    return (await this.loaders.of(execution).part(id, 'annotations')) ?? [];
  }

  @TaskerField(() => [TransitionType], {
    description: 'The transitions of the task and its steps, in the order in which they happened.',
  })
  @NeedsNoPermission()
  async transitions(
    @Parent() { id }: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly TransitionDetails[]> {
    return (await this.loaders.of(execution).part(id, 'transitions')) ?? [];
  }

  @TaskerField(() => TaskAnalysisType, {
    nullable: true,
    description: 'How the steps depend on each other, and what is left to do.',
  })
  @NeedsNoPermission()
  analysis(@Parent() { id }: TaskOutline, @CurrentExecution() execution: Execution): Promise<TaskAnalysis | null> {
    return this.loaders.of(execution).part(id, 'analysis');
  }

  @TaskerField(() => StepGraphType, { description: 'Its steps as a graph.' })
  @NeedsNoPermission()
  async graph(@Parent() { id }: TaskOutline, @CurrentExecution() execution: Execution): Promise<StepGraph> {
    return graphOf((await this.loaders.of(execution).part(id, 'steps')) ?? []);
  }

  @TaskerField(() => TaskTemplateType, {
    nullable: true,
    description: 'The template in the version of the task. Needs tasker.handler:show.',
  })
  @RequirePermission('tasker.handler:show')
  async template(
    @Parent() { namespace, name, version }: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<TemplateDocument | null> {
    const scope = await this.access.requireTemplate(execution, { namespace, name, version });
    return this.templates.find(namespace, name, version, scope);
  }
}
