import type { StartTaskRequest } from '../engine/tasks/task.request.js';
import type { JsonObject } from '../workflow/json.js';
import { Field, OptionalField } from './body.field.js';

/** The body of `POST tasks`: its fields and their types. What values are allowed is the engine's to say. */
export class StartTaskDto implements StartTaskRequest {
  @Field('string')
  readonly name!: string;

  @OptionalField('string')
  readonly namespace?: string;

  @OptionalField('string')
  readonly version?: string;

  @OptionalField('object')
  readonly context?: JsonObject;

  @OptionalField('string')
  readonly initiator?: string;

  @OptionalField('string')
  readonly sourceSystem?: string;

  @OptionalField('string')
  readonly reason?: string;

  @OptionalField('strings')
  readonly tags?: readonly string[];

  @OptionalField('integer')
  readonly priority?: number;

  @OptionalField('strings')
  readonly bypassSteps?: readonly string[];

  @OptionalField('string')
  readonly runAt?: string;

  @OptionalField('string')
  readonly deadlineAt?: string;

  @OptionalField('string')
  readonly idempotencyKey?: string;

  @OptionalField('boolean')
  readonly retained?: boolean;
}
