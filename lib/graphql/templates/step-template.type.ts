import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import type { BackoffPolicy } from '../../workflow/backoff.js';
import type { JsonObject } from '../../workflow/json.js';
import type { CustomEvent, StartRate, StepLimits, StepTemplate } from '../../workflow/task-template.js';
import { JsonField } from '../json.field.js';

@ObjectType('BackoffPolicy', { description: 'The waits between the attempts of a step, in seconds.' })
export class BackoffPolicyType implements BackoffPolicy {
  @Field(() => Float)
  readonly baseSeconds!: number;

  @Field(() => Float, { description: 'The factor by which each wait is longer than the one before.' })
  readonly factor!: number;

  @Field(() => Float)
  readonly maxSeconds!: number;

  @Field(() => Float, { description: 'The fraction of the wait that is random, from 0 to 1.' })
  readonly jitter!: number;
}

@ObjectType('StartRate', { description: 'The maximum number of starts within any period of `seconds`.' })
export class StartRateType implements StartRate {
  @Field(() => Int)
  readonly count!: number;

  @Field(() => Float)
  readonly seconds!: number;
}

@ObjectType('StepLimits', {
  description: 'Limits on how many steps of this name run or start at a time, across all processes.',
})
export class StepLimitsType implements StepLimits {
  @Field(() => Int, { nullable: true })
  readonly concurrency!: number | null;

  @Field(() => StartRateType, { nullable: true })
  readonly rate!: StartRate | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The path of a value in the context. The limits apply to each value separately.',
  })
  readonly key!: readonly string[] | null;
}

@ObjectType('CustomEvent', { description: 'An event of the application that a step may publish.' })
export class CustomEventType implements CustomEvent {
  @Field()
  readonly name!: string;

  @Field()
  readonly description!: string;
}

@ObjectType('StepTemplate', { description: 'One step of a task template.' })
export class StepTemplateType implements StepTemplate {
  @Field()
  readonly name!: string;

  @Field()
  readonly description!: string;

  @Field()
  readonly dependentSystem!: string;

  @Field({ description: 'The name that is passed to `@StepHandler`.' })
  readonly handler!: string;

  @JsonField({ description: 'The configuration of the handler, without values that may be secret.' })
  readonly handlerConfig!: JsonObject;

  @Field(() => [String])
  readonly dependsOn!: readonly string[];

  @Field()
  readonly retryable!: boolean;

  @Field(() => Int, { description: 'The maximum number of attempts in total.' })
  readonly retryLimit!: number;

  @Field()
  readonly skippable!: boolean;

  @Field(() => Float)
  readonly timeoutSeconds!: number;

  @Field(() => BackoffPolicyType)
  readonly backoff!: BackoffPolicy;

  @Field()
  readonly queue!: string;

  @Field(() => Int)
  readonly priority!: number;

  @Field()
  readonly transactional!: boolean;

  @Field(() => StepLimitsType, { nullable: true })
  readonly limits!: StepLimits | null;

  @Field(() => [CustomEventType])
  readonly customEvents!: readonly CustomEvent[];
}
