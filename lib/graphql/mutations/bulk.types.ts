import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type { BulkItem } from '../../engine/tasks/task.bulk.js';
import { BulkFilterInput, type FilterInput } from '../reading/task-filter.input.js';
import { OperatorInput } from './mutation.input.js';
import { MutationPayload } from './mutation.payload.js';

@InputType({ isAbstract: true })
export class BulkInput extends OperatorInput {
  @Field(() => BulkFilterInput)
  readonly filter!: FilterInput;
}

@ObjectType('BulkRefusal', { description: 'The reason for which a task was not changed.' })
export class BulkRefusalType {
  @Field()
  readonly code!: string;

  @Field()
  readonly message!: string;
}

@ObjectType('BulkItem', { description: 'The result for one task.' })
export class BulkItemType implements BulkItem {
  @Field(() => ID)
  readonly taskId!: string;

  @Field({ description: 'False if there was nothing to change, or if the action was refused.' })
  readonly changed!: boolean;

  @Field(() => BulkRefusalType, {
    nullable: true,
    description: 'The reason of a refusal. Null if the action was not refused.',
  })
  readonly error!: BulkItem['error'];
}

@ObjectType({ isAbstract: true })
export class BulkPayload extends MutationPayload {
  @Field(() => [BulkItemType], { description: "The results, in the order of the tasks' ids." })
  readonly items!: readonly BulkItem[];

  @Field({ description: 'True if more tasks match than the limit allows. To continue, set `afterId` to the last id.' })
  readonly more!: boolean;
}
