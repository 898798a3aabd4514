import {
  AnnotateInput,
  ChangeTaskBody,
  ChangeWebhookInput,
  NewWebhookInput,
  StartTaskInput,
  StartTasksInput,
} from '../../api/inputs.js';
import { NewApiTokenInput, RotateApiTokenInput } from '../../auth/tokens/api-token.input.js';
import {
  ActionInput,
  ChangeRetryLimitInput,
  RerunInput,
  ResolveStepInput,
  RetryInput,
} from '../../engine/tasks/task.action.js';
import { BulkFilterFields, BulkInput } from '../../engine/tasks/task.bulk.js';
import { ChangeFilterFields } from '../../live/change.filter.js';
import { inputSchema, type InputClass } from '../../workflow/input.fields.js';
import { AnnotationFilterFields } from '../../workflow/task.filter.js';

/** The inputs of request bodies, and the inputs within them, by the names of their components. */
export const INPUTS = {
  ActionInput,
  AnnotateInput,
  AnnotationFilter: AnnotationFilterFields,
  BulkFilter: BulkFilterFields,
  BulkInput,
  ChangeFilter: ChangeFilterFields,
  ChangeRetryLimitInput,
  ChangeTaskInput: ChangeTaskBody,
  ChangeWebhookInput,
  NewApiTokenInput,
  NewWebhookInput,
  RerunInput,
  ResolveStepInput,
  RetryInput,
  RotateApiTokenInput,
  StartTaskInput,
  StartTasksInput,
} as const satisfies Record<string, InputClass>;

export const INPUT_SCHEMAS = Object.fromEntries(
  Object.entries(INPUTS).map(([name, input]) => [name, inputSchema(input)]),
);

export function nameOfInput(input: InputClass): keyof typeof INPUTS {
  const found = Object.entries(INPUTS).find(([, each]) => each === input);
  if (!found) throw new Error(`The input ${input.name} has no component in the OpenAPI document.`);
  return found[0] as keyof typeof INPUTS;
}
