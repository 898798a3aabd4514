import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type { TaskOutline } from '../../insight/task.reader.js';
import { Deferred, type Deferral } from '../reading/tasker-field.decorator.js';
import { TaskType } from '../task.type.js';
import { MutationInput } from './mutation.input.js';
import { MutationPayload, StartPayload } from './mutation.payload.js';
import { TaskRequestInput } from './start-task.input.js';

@ObjectType()
export class StartTaskPayload extends StartPayload {}

@InputType()
export class StartTasksInput extends MutationInput {
  @Field(() => [TaskRequestInput], { description: 'All are started, or none.' })
  readonly tasks!: readonly TaskRequestInput[];
}

@ObjectType('StartedTask')
export class StartedTaskType {
  @Field(() => ID)
  readonly taskId!: string;

  @Field({ description: 'False where the request was the same as an earlier one, whose task this is.' })
  readonly created!: boolean;

  @Deferred(() => TaskType, { description: 'As it is now. Needs tasker.task:show.' })
  readonly task!: Deferral<TaskOutline>;
}

@ObjectType()
export class StartTasksPayload extends MutationPayload {
  @Field(() => [StartedTaskType], { description: 'In the order of the requests.' })
  readonly tasks!: readonly StartedTaskType[];
}
