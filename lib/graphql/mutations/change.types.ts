import { ObjectType } from '@nestjs/graphql';
import { AnnotateInput, ChangeTaskBody } from '../../api/inputs.js';
import type { AnnotationDetails } from '../../insight/task.reader.js';
import { Deferred, type Deferral } from '../reading/tasker-field.decorator.js';
import { TaskAnnotationType } from '../task-record.types.js';
import { inputTypeOf, withRevision } from '../input.type.js';
import { TaskInput } from './mutation.input.js';
import { TaskActionPayload, TaskPayload } from './mutation.payload.js';

export const ChangeTaskInputType = withRevision(
  inputTypeOf('ChangeTaskInput', TaskInput, ChangeTaskBody, { description: 'Omitted fields keep their values.' }),
  'task',
);

@ObjectType()
export class ChangeTaskPayload extends TaskActionPayload {}

export const AnnotateTaskInputType = inputTypeOf('AnnotateTaskInput', TaskInput, AnnotateInput);

@ObjectType()
export class AnnotateTaskPayload extends TaskPayload {
  @Deferred(() => TaskAnnotationType, 'tasker.task:show', 'The new annotation.')
  readonly annotation!: Deferral<AnnotationDetails> | null;
}
