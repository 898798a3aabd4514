import { ChangeTaskInput } from '../engine/tasks/task.action.js';
import type { StartTaskRequest } from '../engine/tasks/task.request.js';
import type { ChangeFilter } from '../live/change.filter.js';
import type { NewWebhook, WebhookChanges } from '../webhooks/webhook.js';
import { Input, RequiredInput } from '../workflow/input.fields.js';
import { flag, instant, json, object, objects, orNull, priority, text, texts } from '../workflow/input.kinds.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';

const MAX_KEY_LENGTH = 255;
const MAX_URL_LENGTH = 2_048;

/** The task to start. The service that starts it checks the values. */
export class StartTaskInput implements StartTaskRequest {
  @RequiredInput(text(128, 1), 'The name of the task template.')
  readonly name!: string;

  @Input(text(), 'The namespace of the task template. If omitted, `default`.')
  readonly namespace?: string;

  @Input(text(), 'The version of the template: an exact version, or `latest` for the highest. If omitted, `0.1.0`.')
  readonly version?: string;

  @Input(object(), 'The data of the task, which must match the schema of the template. If omitted, an empty object.')
  readonly context?: JsonObject;

  @Input(text(), 'The person or program that requests the task. If omitted, the authenticated user.')
  readonly initiator?: string;

  @Input(text(), 'The system that requests the task.')
  readonly sourceSystem?: string;

  @Input(text(), 'The reason of the task.')
  readonly reason?: string;

  @Input(texts, 'Words by which the task can be found.')
  readonly tags?: readonly string[];

  @Input(priority, 'Overrides the priority of all steps. Steps of higher priority run first.')
  readonly priority?: number;

  @Input(texts, 'The names of skippable steps that the task skips.')
  readonly bypassSteps?: readonly string[];

  @Input(instant, 'The instant before which no step runs.')
  readonly runAt?: string;

  @Input(instant, 'The instant at which the task fails if it has not ended.')
  readonly deadlineAt?: string;

  @Input(text(MAX_KEY_LENGTH, 1), 'Identifies the task: a template is started only once with the same key.')
  readonly idempotencyKey?: string;

  @Input(flag, 'True if retention must not delete the task.')
  readonly retained?: boolean;
}

export class StartTasksInput {
  @RequiredInput(objects('StartTaskInput'), 'The tasks to start. Either all of them are started or none.')
  readonly tasks!: readonly StartTaskRequest[];
}

/** The changes of a task, and the person or program that makes them. */
export class ChangeTaskBody extends ChangeTaskInput {
  @Input(text(), 'The person or program that acts. Give it only if the host does not authenticate users.')
  readonly actor?: string;
}

export class AnnotateInput {
  @RequiredInput(text(64, 1), 'The type of the annotation, which you choose.')
  readonly type!: string;

  @Input(json, 'The content of the annotation. If omitted, null.')
  readonly annotation?: JsonValue;
}

/** Omitted fields keep their values. */
export class ChangeWebhookInput implements WebhookChanges {
  @Input(text(MAX_URL_LENGTH, 1), 'The `https://` or `http://` URL to which changes are sent with POST.')
  readonly url?: string;

  @Input(
    object('ChangeFilter'),
    'The changes to send. A change must match all given fields. If empty, all changes are sent.',
  )
  readonly filter?: ChangeFilter;

  @Input(orNull(text(255)), 'A description for people.')
  readonly description?: string | null;

  @Input(flag, 'False to send no changes. If omitted for a new webhook, true.')
  readonly isEnabled?: boolean;
}

export class NewWebhookInput extends ChangeWebhookInput implements NewWebhook {
  @RequiredInput(text(MAX_URL_LENGTH, 1), 'The `https://` or `http://` URL to which changes are sent with POST.')
  override readonly url!: string;

  @Input(
    text(),
    'The secret that signs requests: `whsec_` and 24 to 64 bytes in base64. If omitted, a new secret is generated.',
  )
  readonly secret?: string;
}
