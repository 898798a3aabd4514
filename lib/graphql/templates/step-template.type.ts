import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import type { BackoffPolicy } from '../../workflow/backoff.js';
import type { JsonObject } from '../../workflow/json.js';
import type { CustomEvent, StartRate, StepLimits, StepTemplate } from '../../workflow/task-template.js';
import { JsonField } from '../json.field.js';

@ObjectType('BackoffPolicy', { description: 'How long a failed step waits before its next attempt, in seconds.' })
export class BackoffPolicyType implements BackoffPolicy {
  @Field(() => Float)
  readonly baseSeconds!: number;

  @Field(() => Float, { description: 'The factor by which each further wait grows.' })
  readonly factor!: number;

  @Field(() => Float)
  readonly maxSeconds!: number;

  @Field(() => Float, { description: 'The part of the wait that is randomised, 0 to 1.' })
  readonly jitter!: number;
}

@ObjectType('StartRate', { description: 'The maximum number of starts within any period of `seconds`.' })
export class StartRateType implements StartRate {
  @Field(() => Int)
  readonly count!: number;

  @Field(() => Float)
  readonly seconds!: number;
}

@ObjectType('StepLimits', { description: 'How many steps of one name run or start at a time, over all processes.' })
export class StepLimitsType implements StepLimits {
  @Field(() => Int, { nullable: true })
  readonly concurrency!: number | null;

  @Field(() => StartRateType, { nullable: true })
  readonly rate!: StartRate | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The path in the context to the value that has its own limit.',
  })
  readonly key!: readonly string[] | null;
}

@ObjectType('CustomEvent', { description: 'An event of the host that a step may publish.' })
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

  @Field({ description: 'The name given to `@StepHandler`.' })
  readonly handler!: string;

  @JsonField({ description: 'Without values that may be secret.' })
  readonly handlerConfig!: JsonObject;

  @Field(() => [String])
  readonly dependsOn!: readonly string[];

  @Field()
  readonly retryable!: boolean;

  @Field(() => Int, { description: 'Attempts in all.' })
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
