import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { AnnotationDetails } from '../../insight/task.reader.js';
import type { JsonValue } from '../../workflow/json.js';
import { JsonScalar } from '../json.scalar.js';
import { Deferred, type Deferral } from '../reading/tasker-field.decorator.js';
import { TaskAnnotationType } from '../task-record.types.js';
import { MutationInput } from './mutation.input.js';
import { TaskActionPayload, TaskPayload } from './mutation.payload.js';

@InputType({ description: 'What is left out stays.' })
export class ChangeTaskInput extends MutationInput {
  @Field(() => ID)
  readonly taskId!: string;

  @Field(() => Int, { nullable: true, description: 'Null gives each step the priority of its template.' })
  readonly priority?: number | null;

  @Field(() => [String], { nullable: true })
  readonly tags?: readonly string[] | null;

  @Field(() => String, { nullable: true, description: 'Of the task.' })
  readonly reason?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Kept whatever the retention says.' })
  readonly retained?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Only where the host does not authenticate.' })
  readonly actor?: string | null;

  @Field(() => String, { nullable: true, description: 'Only if the task is still at this revision.' })
  readonly ifRevision?: string | null;
}

@ObjectType()
export class ChangeTaskPayload extends TaskActionPayload {}

@InputType()
export class AnnotateTaskInput extends MutationInput {
  @Field(() => ID)
  readonly taskId!: string;

  @Field({ description: 'A word of your own, at most 64 characters.' })
  readonly type!: string;

  @Field(() => JsonScalar, { nullable: true })
  readonly annotation?: JsonValue;
}

@ObjectType()
export class AnnotateTaskPayload extends TaskPayload {
  @Deferred(() => TaskAnnotationType, { description: 'What was added. Needs tasker.task:show.' })
  readonly annotation!: Deferral<AnnotationDetails> | null;
}
