import { Args, Field, ID, InputType, type ReturnTypeFunc } from '@nestjs/graphql';

/**
 * The only argument of a mutation. Declare its type as one of the types below: a global ValidationPipe would empty a
 * class.
 */
export const Input = (type: ReturnTypeFunc): ParameterDecorator => Args('input', { type });

export type MutationFields = Readonly<MutationInput>;
export type TaskFields = Readonly<TaskInput>;
/** The person or program that acts, and the reason. */
export type OperatorFields = Readonly<OperatorInput>;
export type TaskActionFields = Readonly<TaskActionInput>;
export type StepActionFields = Readonly<StepActionInput>;

@InputType({ isAbstract: true })
export class MutationInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Identifies the request. If it is repeated with the same key within a day, it is not carried out again and ' +
      'gets the same answer.',
  })
  readonly requestKey?: string | null;

  @Field(() => String, { nullable: true, description: 'Any text. The answer includes it unchanged.' })
  readonly clientMutationId?: string | null;
}

@InputType({ isAbstract: true })
export class TaskInput extends MutationInput {
  @Field(() => ID)
  readonly taskId!: string;
}

@InputType({ isAbstract: true })
export class OperatorInput extends MutationInput {
  @Field(() => String, {
    nullable: true,
    description: 'The person or program that acts. Give it only if the host does not authenticate users.',
  })
  readonly actor?: string | null;

  @Field(() => String, { nullable: true, description: 'The reason of the action, which is stored with the changes.' })
  readonly reason?: string | null;
}

/** The fields of an action that `OperatorInput` already has. */
export const OF_OPERATOR: readonly string[] = ['actor', 'reason'];

@InputType({ isAbstract: true })
export class TaskActionInput extends OperatorInput {
  @Field(() => ID)
  readonly taskId!: string;
}

@InputType({ isAbstract: true })
export class StepActionInput extends TaskActionInput {
  @Field(() => ID, { description: 'The name or id of the step.' })
  readonly step!: string;
}
