import { Args, Field, ID, InputType, type ReturnTypeFunc } from '@nestjs/graphql';

/** The one argument of a mutation. Declare the parameter by an interface: a global ValidationPipe would empty a class. */
export const Input = (type: ReturnTypeFunc): ParameterDecorator => Args('input', { type });

export interface MutationFields {
  readonly requestKey?: string | null;
  readonly clientMutationId?: string | null;
}

@InputType({ isAbstract: true })
export class MutationInput implements MutationFields {
  @Field(() => String, {
    nullable: true,
    description:
      'Names the request: for a day the same one with the same key is not carried out again, but answered as before.',
  })
  readonly requestKey?: string | null;

  @Field(() => String, { nullable: true, description: 'Comes back with the answer.' })
  readonly clientMutationId?: string | null;
}

export interface TaskFields extends MutationFields {
  readonly taskId: string;
}

@InputType({ isAbstract: true })
export class TaskInput extends MutationInput implements TaskFields {
  @Field(() => ID)
  readonly taskId!: string;
}

/** Who acts. */
export interface OperatorFields extends MutationFields {
  readonly actor?: string | null;
  readonly reason?: string | null;
}

@InputType({ isAbstract: true })
export class OperatorInput extends MutationInput implements OperatorFields {
  @Field(() => String, { nullable: true, description: 'Only where the host does not authenticate.' })
  readonly actor?: string | null;

  @Field(() => String, { nullable: true, description: 'Kept with what changes.' })
  readonly reason?: string | null;
}

/** The fields of an operation that `OperatorInput` has already. */
export const OF_OPERATOR: readonly string[] = ['actor', 'reason'];

export interface TaskActionFields extends OperatorFields {
  readonly taskId: string;
}

@InputType({ isAbstract: true })
export class TaskActionInput extends OperatorInput implements TaskActionFields {
  @Field(() => ID)
  readonly taskId!: string;
}

export interface StepActionFields extends TaskActionFields {
  readonly step: string;
}

@InputType({ isAbstract: true })
export class StepActionInput extends TaskActionInput implements StepActionFields {
  @Field(() => ID, { description: 'Its name or id.' })
  readonly step!: string;
}
