import type { BulkFilter } from '../engine/tasks/task.bulk.js';
import type { StartTaskRequest } from '../engine/tasks/task.request.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { Field, OptionalField } from './body.field.js';

/** Bodies of operator actions: their fields and types. What values are allowed is the engine's to say. */
export class ActionDto {
  /** Only where the host does not authenticate. */
  @OptionalField('string')
  readonly actor?: string;

  @OptionalField('string')
  readonly reason?: string;
}

export class RetryDto extends ActionDto {
  @OptionalField('integer')
  readonly attempts?: number;
}

export class ResolveStepDto extends ActionDto {
  @OptionalField('any')
  readonly results?: JsonValue;
}

export class RerunDto extends ActionDto {
  @OptionalField('string')
  readonly from?: string;

  @OptionalField('object')
  readonly context?: JsonObject;

  /** Of the template; that of the task to repeat where it is left out. */
  @OptionalField('string')
  readonly version?: string;
}

export class ChangeStepDto extends ActionDto {
  @Field('integer')
  readonly retryLimit!: number;
}

export class BulkDto extends ActionDto {
  @Field('object')
  readonly filter!: BulkFilter;
}

/** Here `reason` is that of the task, which is changed. */
export class ChangeTaskDto {
  @OptionalField('string')
  readonly actor?: string;

  @OptionalField('integer')
  readonly priority?: number | null;

  @OptionalField('strings')
  readonly tags?: readonly string[];

  @OptionalField('string')
  readonly reason?: string;

  @OptionalField('boolean')
  readonly retained?: boolean;
}

export class StartManyDto {
  @Field('objects')
  readonly tasks!: readonly StartTaskRequest[];
}

export class AnnotateDto {
  @Field('string')
  readonly type!: string;

  @OptionalField('any')
  readonly annotation?: JsonValue;
}
