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

const START = { description: 'The task to start. A null field counts as omitted.' };

const TaskRequestInput = inputTypeOf('TaskRequestInput', Object, StartTaskInput, START);

/** In contrast to `startTasks`, the fields of the request are those of the argument itself. */
export const StartTaskInputType = inputTypeOf('StartTaskInput', MutationInput, StartTaskInput, START);

@InputType()
export class StartTasksInput extends MutationInput {
  @Field(() => [TaskRequestInput], { description: 'The tasks to start. Either all of them are started or none.' })
  readonly tasks!: readonly Nullable<StartTaskRequest>[];
}

@ObjectType('StartedTask')
export class StartedTaskType {
  @Field(() => ID)
  readonly taskId!: string;

  @Field({ description: 'False if an equal request started the task before.' })
  readonly created!: boolean;

  @Deferred(() => TaskType, 'tasker.task:show', 'The task in its current state.')
  readonly task!: Deferral<TaskOutline>;
}

@ObjectType()
export class StartTasksPayload extends MutationPayload {
  @Field(() => [StartedTaskType], { description: 'The tasks, in the order of the requests.' })
  readonly tasks!: readonly StartedTaskType[];
}
