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

  @Instant({ nullable: true, description: 'Null if it is running, ready, or waiting for a person.' })
  readonly nextRetryAt!: string | null;

  @Field(() => [String], { description: 'The unfinished steps that cannot run before it is done, directly or not.' })
  readonly blocks!: readonly string[];
}

@ObjectType('TaskAnalysis', { description: 'How the steps of a task depend on each other, by their names.' })
export class TaskAnalysisType implements TaskAnalysis {
  @Field(() => StepGraphType)
  readonly graph!: TaskAnalysis['graph'];

  @Field(() => [String], { description: 'Complete, resolved manually or skipped.' })
  readonly doneSteps!: readonly string[];

  @Field(() => [String])
  readonly runningSteps!: readonly string[];

  @Field(() => [String], { description: 'They may run now, or when they are due.' })
  readonly readySteps!: readonly string[];

  @Field(() => [String], { description: 'They wait for steps that can still finish.' })
  readonly waitingSteps!: readonly string[];

  @Field(() => [String], { description: 'They wait for a step that failed for good or was cancelled.' })
  readonly blockedSteps!: readonly string[];

  @Field(() => [String], { description: 'The longest chain of steps that must still run one after the other.' })
  readonly criticalPath!: readonly string[];

  @Field(() => Int, { description: 'Most steps that may run at the same time.' })
  readonly mostAtOnce!: number;

  @Field(() => [BlockerType], { description: 'At most ten, those that block most first.' })
  readonly bottlenecks!: readonly Blocker[];

  @Field(() => [BlockerType], { description: 'Steps in error.' })
  readonly failures!: readonly Blocker[];
}
