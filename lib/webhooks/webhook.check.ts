import { changeFilterProblems } from '../live/change.filter.js';
import { DELIVERY_STATES } from '../persistence/webhook-delivery.gateway.js';
import {
  booleanProblem,
  countProblem,
  isRowId,
  oneOfProblem,
  requiredTextProblem,
  textProblem,
  unknownFieldProblems,
} from '../workflow/input.checks.js';
import { IS_REQUIRED, NOT_A_CURSOR } from '../workflow/input.wording.js';
import { PAGE_BOUNDS } from '../workflow/list.bounds.js';
import type { Problem } from '../workflow/tasker.error.js';
import { normalisedUrl, targetFault } from './target.check.js';
import { secretFault } from './webhook.secret.js';
import type { DeliveryRequest, NewWebhook, WebhookChanges } from './webhook.js';

/** Checks of the input of callers. Types are checked too, because callers may use JavaScript. */

const MAX_URL_LENGTH = 2_048;
const MAX_DESCRIPTION_LENGTH = 255;

const CHANGEABLE: readonly string[] = ['url', 'filter', 'description', 'isEnabled'] satisfies (keyof WebhookChanges)[];

export function newWebhookProblems(webhook: NewWebhook, allowPrivate: boolean): readonly Problem[] {
  const { secret, ...rest } = webhook;
  return [
    ...((rest.url as unknown) === undefined ? [{ pointer: '/url', message: IS_REQUIRED }] : []),
    ...webhookChangeProblems(rest, allowPrivate),
    ...problem('/secret', secret === undefined ? null : secretFault(secret)),
  ];
}

export function webhookChangeProblems(changes: WebhookChanges, allowPrivate: boolean): readonly Problem[] {
  const { url, filter, description, isEnabled } = changes;
  return [
    ...unknownFieldProblems(changes, CHANGEABLE),
    ...(url === undefined ? [] : urlProblems(url, allowPrivate)),
    ...(filter === undefined ? [] : changeFilterProblems(filter, '/filter')),
    textProblem('/description', description ?? undefined, MAX_DESCRIPTION_LENGTH),
    booleanProblem('/isEnabled', isEnabled),
  ].filter((each) => each !== null);
}

export function deliveryRequestProblems({ state, after, limit }: DeliveryRequest): readonly Problem[] {
  return [
    oneOfProblem('/state', state, DELIVERY_STATES),
    after === undefined || isRowId(after) ? null : { pointer: '/after', message: NOT_A_CURSOR },
    countProblem('/limit', limit, PAGE_BOUNDS.minimum, PAGE_BOUNDS.maximum),
  ].filter((each) => each !== null);
}

function urlProblems(url: unknown, allowPrivate: boolean): readonly (Problem | null)[] {
  const notText = requiredTextProblem('/url', url, MAX_URL_LENGTH);
  if (notText) return [notText];
  const fault = targetFault(url as string, allowPrivate);
  return fault === null
    ? [textProblem('/url', normalisedUrl(url as string), MAX_URL_LENGTH)]
    : [{ pointer: '/url', message: fault }];
}

function problem(pointer: string, message: string | null): readonly Problem[] {
  return message === null ? [] : [{ pointer, message }];
}
