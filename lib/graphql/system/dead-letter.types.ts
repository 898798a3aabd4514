import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import {
  STEP_REPAIRS,
  TASK_REPAIRS,
  type DeadLetter,
  type FailedStep,
  type Repair,
  type TaskRepair,
} from '../../insight/dead-letter.reader.js';
import type { StepErrorDetails, TaskOutline } from '../../insight/task.reader.js';
import { enumOf } from '../state.enums.js';
import { TaskType } from '../task.type.js';
import { StepErrorType } from '../workflow-step.type.js';

const StepRepairEnum = enumOf(STEP_REPAIRS);
const TaskRepairEnum = enumOf(TASK_REPAIRS);
registerEnumType(StepRepairEnum, {
  name: 'StepRepair',
  description:
    'An action that would repair a failed step. The cause must be fixed first, outside of the engine: in code, data or another system.',
});
registerEnumType(TaskRepairEnum, { name: 'TaskRepair', description: 'An action that would repair a whole task.' });

@ObjectType('FailedStep')
export class FailedStepType implements FailedStep {
  @Field(() => ID)
  readonly id!: string;

  @Field()
  readonly name!: string;

  @Field(() => Int)
  readonly attempts!: number;

  @Field(() => Int)
  readonly retryLimit!: number;

  @Field(() => StepErrorType, { nullable: true })
  readonly error!: StepErrorDetails | null;

  @Field(() => [String], { description: 'Names of the steps that cannot run before it is repaired.' })
  readonly blocks!: readonly string[];

  @Field(() => [StepRepairEnum], { description: 'The most likely one first.' })
  readonly repairs!: readonly Repair[];
}

@ObjectType('DeadLetter', {
  description: 'A task that needs a person: what is wrong, and which actions would repair it.',
})
export class DeadLetterType implements DeadLetter {
  @Field(() => TaskType)
  readonly task!: TaskOutline;

  @Field(() => [FailedStepType], {
    description: 'Empty for a task that passed its deadline although no step had failed.',
  })
  readonly failedSteps!: readonly FailedStep[];

  @Field(() => [TaskRepairEnum], { description: 'Of the whole task.' })
  readonly repairs!: readonly TaskRepair[];
}
