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

  @Input(text(), "The namespace of the task template. 'default' if omitted.")
  readonly namespace?: string;

  @Input(text(), "An exact version, or 'latest' for the highest. '0.1.0' if omitted.")
  readonly version?: string;

  @Input(object(), 'An object that fits the schema of the template. Empty if omitted.')
  readonly context?: JsonObject;

  @Input(text(), 'Who asks for the task. The authenticated user if omitted.')
  readonly initiator?: string;

  @Input(text(), 'The system that asks for the task.')
  readonly sourceSystem?: string;

  @Input(text(), 'Why the task is started.')
  readonly reason?: string;

  @Input(texts, 'Words to find the task by.')
  readonly tags?: readonly string[];

  @Input(priority, 'Overrides the priority of all steps. Higher runs first.')
  readonly priority?: number;

  @Input(texts, 'Skippable steps to skip when their turn comes.')
  readonly bypassSteps?: readonly string[];

  @Input(instant, 'The task does not begin before this instant.')
  readonly runAt?: string;

  @Input(instant, 'Whatever is unfinished at this instant fails.')
  readonly deadlineAt?: string;

  @Input(text(MAX_KEY_LENGTH, 1), 'Requests for the same template with the same key are one task.')
  readonly idempotencyKey?: string;

  @Input(flag, 'Whether retention spares the task.')
  readonly retained?: boolean;
}

export class StartTasksInput {
  @RequiredInput(objects('StartTaskInput'), 'All of them are started, or none.')
  readonly tasks!: readonly StartTaskRequest[];
}

/** The changes of a task, and who makes them. */
export class ChangeTaskBody extends ChangeTaskInput {
  @Input(text(), 'Who acts. Only if the host does not authenticate.')
  readonly actor?: string;
}

export class AnnotateInput {
  @RequiredInput(text(64, 1), 'A word of your own.')
  readonly type!: string;

  @Input(json, 'The annotation. Null if omitted.')
  readonly annotation?: JsonValue;
}

/** Omitted fields stay as they are. */
export class ChangeWebhookInput implements WebhookChanges {
  @Input(text(MAX_URL_LENGTH, 1), 'Where changes are sent, by POST: `https://` or `http://`.')
  readonly url?: string;

  @Input(object('ChangeFilter'), 'Which changes are sent. Everything that is given must hold. All changes if empty.')
  readonly filter?: ChangeFilter;

  @Input(orNull(text(255)), 'For people.')
  readonly description?: string | null;

  @Input(flag, 'Whether changes are sent. True for a new webhook.')
  readonly isEnabled?: boolean;
}

export class NewWebhookInput extends ChangeWebhookInput implements NewWebhook {
  @RequiredInput(text(MAX_URL_LENGTH, 1), 'Where changes are sent, by POST: `https://` or `http://`.')
  override readonly url!: string;

  @Input(text(), '`whsec_` and the base64 of 24 to 64 bytes. A new one if omitted.')
  readonly secret?: string;
}
