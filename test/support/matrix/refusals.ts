import { tableBelow } from '../../unit/docs/pages.js';

/** A refusal as `docs/security.md` describes it; null: it does not say. */
export interface Refusal {
  /** The status of REST. */
  readonly status: number;
  readonly code: string;
  /** A header of REST, in small letters. */
  readonly header: string | null;
  /** The code with which a WebSocket is closed. */
  readonly closedWith: number | null;
}

const TABLE = tableBelow('docs/security.md', 'Refusals', 'the caller');

export const UNAUTHENTICATED = refusalOf('has no valid credentials');
export const FORBIDDEN = refusalOf('lacks the permission');
export const UNSEEN = refusalOf('may not see the task or step');
export const RATE_LIMITED = refusalOf('has used up a [rate limit](authorization.md#rate-limits)');
export const UNAVAILABLE = refusalOf('cannot be identified because of an outage');
export const CLOSED = refusalOf('asks in production before anybody chose');

function refusalOf(caller: string): Refusal {
  const row = TABLE.find((each) => each['the caller'] === caller);
  if (!row) throw new Error(`The table of refusals has no row "${caller}".`);
  const { REST: rest = '', GraphQL: graphql = '' } = row;
  const [, closedWith] = /closed with (\d+)/.exec(graphql) ?? [];
  return {
    status: Number(/^\d{3}/.exec(rest)),
    code: /`(TASKER_\w+)`/.exec(rest)?.[1] ?? '',
    header: /, with `([\w-]+)`/.exec(rest)?.[1]?.toLowerCase() ?? null,
    closedWith: closedWith === undefined ? null : Number(closedWith),
  };
}
