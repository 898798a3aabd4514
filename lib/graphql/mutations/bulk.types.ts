import { Field, InputType, ObjectType } from '@nestjs/graphql';
import type { BulkItem } from '../../engine/tasks/task.bulk.js';
import { objectTypeOf } from '../object.type.js';
import { BulkFilterInput, type FilterInput } from '../reading/task-filter.input.js';
import { OperatorInput } from './mutation.input.js';
import { MutationPayload } from './mutation.payload.js';

@InputType({ isAbstract: true })
export class BulkInput extends OperatorInput {
  @Field(() => BulkFilterInput)
  readonly filter!: FilterInput;
}

objectTypeOf('BulkRefusal', 'BulkRefusal');
const BulkItemType = objectTypeOf('BulkItem', 'BulkItem');

@ObjectType({ isAbstract: true })
export class BulkPayload extends MutationPayload {
  @Field(() => [BulkItemType], { description: "The results, in the order of the tasks' ids." })
  readonly items!: readonly BulkItem[];

  @Field({ description: 'True if more tasks match than the limit allows. To continue, set `afterId` to the last id.' })
  readonly more!: boolean;
}
