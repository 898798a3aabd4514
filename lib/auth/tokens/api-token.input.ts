import { Input, RequiredInput } from '../../workflow/input.fields.js';
import { count, instant, orNull, someThings, text, texts, upTo } from '../../workflow/input.kinds.js';
import type { NewApiToken } from './api.token.js';

const MAX_ITEMS = 100;
const WEEK_S = 604_800;

export class NewApiTokenInput implements NewApiToken {
  @RequiredInput(text(128, 1), 'A name for people.')
  readonly name!: string;

  @RequiredInput(text(128, 1), 'The id of the user as whom the token acts.')
  readonly userId!: string;

  @Input(upTo(texts, MAX_ITEMS, 'roles'), 'The roles of the user. If omitted, none.')
  readonly roles?: readonly string[];

  @Input(
    orNull(someThings(texts, MAX_ITEMS, 'namespaces')),
    'The namespaces to which the token is limited. If omitted or null, every namespace.',
  )
  readonly namespaces?: readonly string[] | null;

  @Input(orNull(instant), 'When the token expires. If omitted or null, never.')
  readonly expiresAt?: string | Date | null;
}

/** The options of a rotation. */
export class RotateApiTokenInput {
  @Input(count(0, WEEK_S), 'For how many seconds the present secret stays valid. If omitted, 3600.')
  readonly overlapSeconds?: number;
}
