import { Field, ID, ObjectType } from '@nestjs/graphql';
import type { StepDetails } from '../insight/task.reader.js';
import { objectTypeOf } from './object.type.js';

export const StepFailureType = objectTypeOf('StepFailure', 'StepFailure', {
  description: 'The failure of an attempt, as it is stored in the history.',
});
export const StepErrorType = objectTypeOf('StepError', 'StepErrorDetails', {
  description: 'The failure of an attempt.',
});

/** The results and the error need further permissions. */
const StepDetailsType = objectTypeOf<Omit<StepDetails, 'results' | 'error'>>('StepDetails', 'StepDetails', {
  isAbstract: true,
  except: ['results', 'error'],
});

/** The GraphQL type of a step, for fields of the host that return steps. */
@ObjectType('WorkflowStep', { description: 'One step of a task.' })
export class WorkflowStepType extends StepDetailsType {
  @Field(() => ID)
  readonly taskId!: string;

  @Field(() => [String], { description: 'The names of the steps that depend on this step.' })
  readonly dependents!: readonly string[];
}
