import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { HeldUp, TaskAnalysis } from '../insight/task.analysis.js';
import type { StepState } from '../workflow/states.js';
import { Instant } from './instant.field.js';
import { StepStateEnum } from './state.enums.js';
import { StepGraphType } from './step-graph.type.js';

@ObjectType('HeldUp', { description: 'A step that others wait for.' })
export class HeldUpType implements HeldUp {
  @Field()
  readonly step!: string;

  @Field(() => StepStateEnum)
  readonly state!: StepState;

  @Field(() => Int)
  readonly attempts!: number;

  @Field(() => Int)
  readonly retryLimit!: number;

  @Instant({ nullable: true, description: 'Null: it runs, is ready, or waits for a person.' })
  readonly nextRetryAt!: string | null;

  @Field(() => [String], { description: 'The unfinished steps that cannot run before it is done, directly or not.' })
  readonly holdsUp!: readonly string[];
}

@ObjectType('TaskAnalysis', { description: 'How the steps of a task stand to each other, by their names.' })
export class TaskAnalysisType implements TaskAnalysis {
  @Field(() => StepGraphType)
  readonly graph!: TaskAnalysis['graph'];

  @Field(() => [String], { description: 'Complete, resolved manually or skipped.' })
  readonly doneSteps!: readonly string[];

  @Field(() => [String])
  readonly runningSteps!: readonly string[];

  @Field(() => [String], { description: 'They may run now, or when their time has come.' })
  readonly readySteps!: readonly string[];

  @Field(() => [String], { description: 'They wait for steps that go on.' })
  readonly waitingSteps!: readonly string[];

  @Field(() => [String], { description: 'They wait for a step that failed for good or was cancelled.' })
  readonly blockedSteps!: readonly string[];

  @Field(() => [String], { description: 'One of the longest ways through what is left.' })
  readonly longestWayLeft!: readonly string[];

  @Field(() => Int, { description: 'Most steps that may run at the same time.' })
  readonly mostAtOnce!: number;

  @Field(() => [HeldUpType], { description: 'Those that hold up most first; ten at most.' })
  readonly bottlenecks!: readonly HeldUp[];

  @Field(() => [HeldUpType], { description: 'Steps in error.' })
  readonly failures!: readonly HeldUp[];
}
