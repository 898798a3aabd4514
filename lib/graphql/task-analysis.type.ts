import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { Blocker, TaskAnalysis } from '../insight/task.analysis.js';
import type { StepState } from '../workflow/states.js';
import { Instant } from './instant.field.js';
import { StepStateEnum } from './state.enums.js';
import { StepGraphType } from './step-graph.type.js';

@ObjectType('Blocker', { description: 'A step that other steps wait for.' })
export class BlockerType implements Blocker {
  @Field()
  readonly step!: string;

  @Field(() => StepStateEnum)
  readonly state!: StepState;

  @Field(() => Int)
  readonly attempts!: number;

  @Field(() => Int)
  readonly retryLimit!: number;

  @Instant({
    nullable: true,
    description: 'When the step will be retried; null if it is running, ready, or waiting for a person.',
  })
  readonly nextRetryAt!: string | null;

  @Field(() => [String], { description: 'The unfinished steps that depend on this step, directly or indirectly.' })
  readonly blocks!: readonly string[];
}

@ObjectType('TaskAnalysis', {
  description: 'The dependencies and the progress of the steps of a task. Steps are identified by name.',
})
export class TaskAnalysisType implements TaskAnalysis {
  @Field(() => StepGraphType)
  readonly graph!: TaskAnalysis['graph'];

  @Field(() => [String], { description: 'Steps that are complete, resolved manually or skipped.' })
  readonly doneSteps!: readonly string[];

  @Field(() => [String])
  readonly runningSteps!: readonly string[];

  @Field(() => [String], {
    description: 'Steps whose dependencies are done; they run as soon as they are due and a worker has room.',
  })
  readonly readySteps!: readonly string[];

  @Field(() => [String], { description: 'Steps that wait for other steps, which can still finish.' })
  readonly waitingSteps!: readonly string[];

  @Field(() => [String], { description: 'Steps that wait for a step that failed for good or was cancelled.' })
  readonly blockedSteps!: readonly string[];

  @Field(() => [String], { description: 'The longest chain of unfinished steps that must run one after the other.' })
  readonly criticalPath!: readonly string[];

  @Field(() => Int, { description: 'The maximum number of steps that can run at the same time.' })
  readonly mostAtOnce!: number;

  @Field(() => [BlockerType], { description: 'At most ten steps, ordered by how many steps they block, most first.' })
  readonly bottlenecks!: readonly Blocker[];

  @Field(() => [BlockerType], { description: 'The steps in error.' })
  readonly failures!: readonly Blocker[];
}
