import { registerEnumType } from '@nestjs/graphql';
import { STEP_REPAIRS, TASK_REPAIRS } from '../../insight/dead-letter.reader.js';
import { objectTypeOf } from '../object.type.js';
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

export const DeadLetterType = objectTypeOf('DeadLetter', 'DeadLetter', {
  types: { task: () => TaskType, repairs: () => TaskRepairEnum },
});
