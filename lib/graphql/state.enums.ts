import { registerEnumType } from '@nestjs/graphql';
import { STEP_STATES, TASK_STATES } from '../workflow/states.js';

/** States have the same names in GraphQL as everywhere else. */
const enumOf = <State extends string>(states: readonly State[]): Record<State, State> =>
  Object.fromEntries(states.map((state) => [state, state])) as Record<State, State>;

export const TaskStateEnum = enumOf(TASK_STATES);
export const StepStateEnum = enumOf(STEP_STATES);

registerEnumType(TaskStateEnum, { name: 'TaskState' });
registerEnumType(StepStateEnum, { name: 'StepState' });
