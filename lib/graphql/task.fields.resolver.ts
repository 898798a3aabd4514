import { Inject } from '@nestjs/common';
import { Parent, Resolver } from '@nestjs/graphql';
import { OwnRoute } from '../auth/own-route.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { graphOf, type StepGraph } from '../insight/step.graph.js';
import type { StepDocument } from '../insight/step.reader.js';
import type { TaskAnalysis } from '../insight/task.analysis.js';
import type { AnnotationDetails, TaskOutline, TaskSummary, TransitionDetails } from '../insight/task.reader.js';
import { TemplateReader, type TemplateDocument } from '../insight/template.reader.js';
import type { JsonObject } from '../workflow/json.js';
import { CurrentExecution, type Execution } from './graphql.execution.js';
import { PermittedJsonField } from './json.field.js';
import { NestedAccess } from './reading/nested.access.js';
import { NestedReader } from './reading/nested.reader.js';
import { PermittedField } from './reading/tasker-field.decorator.js';
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
    private readonly reader: NestedReader,
    private readonly access: NestedAccess,
    @Inject(TemplateReader) private readonly templates: Scoped<TemplateReader>,
  ) {}

  @PermittedJsonField('tasker.task:read_context', 'The context of the task.')
  context(@Parent() { id }: TaskOutline, @CurrentExecution() execution: Execution): Promise<JsonObject | null> {
    return this.reader.part(execution, id, 'context');
  }

  @PermittedField(() => TaskSummaryType, null, {
    nullable: true,
    description: 'The counts of the steps; null only if the task has been removed.',
  })
  summary(@Parent() { id }: TaskOutline, @CurrentExecution() execution: Execution): Promise<TaskSummary | null> {
    return this.loaders.of(execution).part(id, 'summary');
  }

  @PermittedField(() => [WorkflowStepType], 'tasker.workflow_step:index', {
    nullable: true,
    description: 'The steps, each after the steps that it depends on.',
  })
  async steps(
    @Parent() { id }: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly StepDocument[]> {
    return (await this.reader.steps(execution, { taskId: id })) ?? [];
  }

  @PermittedField(() => [TaskAnnotationType], 'tasker.task:read_annotations', {
    nullable: true,
    description: 'The annotations, in the order in which they were added.',
  })
  async annotations(
    @Parent() { id }: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly AnnotationDetails[]> {
    return (await this.reader.part(execution, id, 'annotations')) ?? [];
  }

  @PermittedField(() => [TransitionType], 'tasker.task:read_transitions', {
    nullable: true,
    description:
      'The transitions of the task and its steps, in the order in which they happened. Errors in them are null ' +
      'without tasker.workflow_step:read_error.',
  })
  async transitions(
    @Parent() { id }: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly TransitionDetails[]> {
    const transitions = (await this.reader.part(execution, id, 'transitions')) ?? [];
    const mayRead = await this.access.mayRead(execution, 'tasker.workflow_step:read_error', id);
    return mayRead ? transitions : transitions.map((transition) => ({ ...transition, error: null }));
  }

  @PermittedField(() => TaskAnalysisType, 'tasker.workflow_step:index', {
    nullable: true,
    description: 'The dependencies of the steps, and what blocks the task.',
  })
  analysis(@Parent() { id }: TaskOutline, @CurrentExecution() execution: Execution): Promise<TaskAnalysis | null> {
    return this.reader.part(execution, id, 'analysis');
  }

  @PermittedField(() => StepGraphType, 'tasker.workflow_step:index', {
    nullable: true,
    description: 'The steps as a graph.',
  })
  async graph(@Parent() { id }: TaskOutline, @CurrentExecution() execution: Execution): Promise<StepGraph> {
    return graphOf((await this.reader.part(execution, id, 'steps')) ?? []);
  }

  @PermittedField(() => TaskTemplateType, 'tasker.handler:show', {
    nullable: true,
    description: 'The task template, in the version of the task.',
  })
  async template(
    @Parent() { namespace, name, version }: TaskOutline,
    @CurrentExecution() execution: Execution,
  ): Promise<TemplateDocument | null> {
    const scope = await this.access.requireTemplate(execution, { namespace, name, version });
    return this.templates.find(namespace, name, version, scope);
  }
}
