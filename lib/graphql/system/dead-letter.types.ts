<<<<<<< HEAD
import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import {
  STEP_REPAIRS,
  TASK_REPAIRS,
  type DeadLetter,
  type FailedStep,
  type StepRepair,
  type TaskRepair,
} from '../../insight/dead-letter.reader.js';
import type { StepErrorDetails, TaskOutline } from '../../insight/task.reader.js';
=======
import { registerEnumType } from '@nestjs/graphql';
import { STEP_REPAIRS, TASK_REPAIRS } from '../../insight/dead-letter.reader.js';
import { objectTypeOf } from '../object.type.js';
>>>>>>> b107702 (feat(graphql): types of answers come from the schemas of OpenAPI: a field is declared and described once)
import { enumOf } from '../state.enums.js';
import { TaskType } from '../task.type.js';
import { StepErrorType } from '../workflow-step.type.js';

const StepRepairEnum = enumOf(STEP_REPAIRS);
const TaskRepairEnum = enumOf(TASK_REPAIRS);
registerEnumType(StepRepairEnum, {
  name: 'StepRepair',
  description:
    'An action that repairs a failed step, once its cause has been fixed in code, in data or in another system.',
});
registerEnumType(TaskRepairEnum, { name: 'TaskRepair', description: 'An action that repairs a whole task.' });

objectTypeOf('FailedStep', 'FailedStep', {
  types: { error: () => StepErrorType, repairs: () => StepRepairEnum },
});

<<<<<<< HEAD
  @Field()
  readonly name!: string;

  @Field(() => Int)
  readonly attempts!: number;

  @Field(() => Int)
  readonly retryLimit!: number;

  @Field(() => StepErrorType, { nullable: true })
  readonly error!: StepErrorDetails | null;

  @Field(() => [String], { description: 'The names of the steps that cannot run before this step is repaired.' })
  readonly blocks!: readonly string[];

  @Field(() => [StepRepairEnum], { description: 'The possible actions, the most likely one first.' })
  readonly repairs!: readonly StepRepair[];
}

@ObjectType('DeadLetter', {
  description: 'A task that a person must repair, with its failed steps and the possible actions.',
})
export class DeadLetterType implements DeadLetter {
  @Field(() => TaskType)
  readonly task!: TaskOutline;

  @Field(() => [FailedStepType], {
    description: 'The failed steps. Empty if the task passed its deadline without a failed step.',
  })
  readonly failedSteps!: readonly FailedStep[];

  @Field(() => [TaskRepairEnum], { description: 'The possible actions on the whole task.' })
  readonly repairs!: readonly TaskRepair[];
}
=======
export const DeadLetterType = objectTypeOf('DeadLetter', 'DeadLetter', {
  types: { task: () => TaskType, repairs: () => TaskRepairEnum },
});
>>>>>>> b107702 (feat(graphql): types of answers come from the schemas of OpenAPI: a field is declared and described once)
