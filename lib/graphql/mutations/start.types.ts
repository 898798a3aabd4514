import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { StartTaskInput } from '../../api/inputs.js';
import type { StartTaskRequest } from '../../engine/tasks/task.request.js';
import type { TaskOutline } from '../../insight/task.reader.js';
import type { Nullable } from '../reading/given.js';
import { Deferred, type Deferral } from '../reading/tasker-field.decorator.js';
import { TaskType } from '../task.type.js';
import { inputTypeOf } from '../input.type.js';
import { MutationInput } from './mutation.input.js';
import { MutationPayload, StartPayload } from './mutation.payload.js';

@ObjectType()
export class StartTaskPayload extends StartPayload {}

const WHAT_TO_START = { description: 'What to start. Null means omitted.' };

const TaskRequestInput = inputTypeOf('TaskRequestInput', Object, StartTaskInput, WHAT_TO_START);

/** `startTask` takes the fields of a request themselves. */
export const StartTaskInputType = inputTypeOf('StartTaskInput', MutationInput, StartTaskInput, WHAT_TO_START);

@InputType()
export class StartTasksInput extends MutationInput {
  @Field(() => [TaskRequestInput], { description: 'All of them are started, or none.' })
  readonly tasks!: readonly Nullable<StartTaskRequest>[];
}

@ObjectType('StartedTask')
export class StartedTaskType {
  @Field(() => ID)
  readonly taskId!: string;

  @Field({ description: 'False where the request was the same as an earlier one, whose task this is.' })
  readonly created!: boolean;

  @Deferred(() => TaskType, 'tasker.task:show', 'As it is now.')
  readonly task!: Deferral<TaskOutline>;
}

@ObjectType()
export class StartTasksPayload extends MutationPayload {
  @Field(() => [StartedTaskType], { description: 'In the order of the requests.' })
  readonly tasks!: readonly StartedTaskType[];
}
