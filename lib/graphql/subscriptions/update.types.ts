import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { Change } from '../../live/change.js';
import { objectTypeOf } from '../object.type.js';
import { StepStateEnum, TaskStateEnum } from '../state.enums.js';

const floats = ['durationSeconds'];
const OF_STEPS = ['step', 'stepId', 'attempt', 'worker', 'error', 'retryAt'];

export const TaskUpdateType = objectTypeOf<Change>('TaskUpdate', 'Change', {
  description: 'A committed transition of a task.',
  ...{ floats, except: OF_STEPS, types: { from: () => TaskStateEnum, to: () => TaskStateEnum } },
});

/** The error is a field of the resolver. */
const StepChangeType = objectTypeOf<Omit<Change, 'step' | 'stepId' | 'attempt'>>('StepChange', 'Change', {
  isAbstract: true,
  floats,
  except: ['step', 'stepId', 'attempt', 'error'],
  types: { from: () => StepStateEnum, to: () => StepStateEnum },
});

@ObjectType('StepUpdate', { description: 'A committed transition of a step.' })
export class StepUpdateType extends StepChangeType {
  @Field(() => ID)
  readonly stepId!: string;

  @Field({ description: 'The name of the step.' })
  readonly stepName!: string;

  @Field(() => Int, { description: 'The number of the attempt that began or ended.' })
  readonly attempt!: number;
}

/** `step` is the step itself in GraphQL, and its name in a change. */
export function stepUpdateOf({ step, ...change }: Change): StepUpdateType {
  return { ...change, stepName: step } as StepUpdateType;
}
