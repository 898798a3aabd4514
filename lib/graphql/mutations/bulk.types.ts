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

@ObjectType('BulkRefusal', { description: 'Why nothing was done to a task.' })
export class BulkRefusalType {
  @Field()
  readonly code!: string;

  @Field()
  readonly message!: string;
}

@ObjectType('BulkItem', { description: 'What became of one task.' })
export class BulkItemType implements BulkItem {
  @Field(() => ID)
  readonly taskId!: string;

  @Field({ description: 'False: it was already as asked, or refused.' })
  readonly changed!: boolean;

  @Field(() => BulkRefusalType, { nullable: true, description: 'Null where it was not refused.' })
  readonly error!: BulkItem['error'];
}

@ObjectType({ isAbstract: true })
export class BulkPayload extends MutationPayload {
  @Field(() => [BulkItemType], { description: "In the order of the tasks' ids." })
  readonly items!: readonly BulkItem[];

  @Field({ description: 'There were more than the limit; call again with `afterId` set to the last id.' })
  readonly more!: boolean;
}
