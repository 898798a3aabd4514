/**
 * Reads the answer of the API. In some applications, guards, proxies and login pages are in front of the API, so an
 * answer may be anything. The page must always show a message.
 */

const FINAL_STATES = ['complete', 'cancelled', 'resolved_manually'];
const MAX_WAIT_MS = 3_600_000;
const HOW_TO = 'See "Guards, filters, interceptors, throttlers and caches" in docs/production.md of nestjs-tasker.';

/**
 * @param {{ status: number, retryAfter: string | null, text: string }} answer status 0 means a redirect that was not
 *   followed
 * @returns {{ task?: object, fault: string, again: boolean, needsToken?: boolean }} the task, or the reason why there
 *   is none, whether to try again, and whether a token may help
 */
export function readAnswer({ status, retryAfter, text }) {
  const json = parsed(text);
  if (status >= 400) return refusal(status, retryAfter, json);
  if (json === undefined) {
    return {
      fault: `The answer is not JSON: it may come from a login page between the API and this page. Log in and come back to this page. ${HOW_TO}`,
      again: false,
    };
  }
  if (!isTask(json)) {
    return {
      fault: `The answer is not a task: something between the API and this page changes answers. ${HOW_TO}`,
      again: false,
    };
  }
  return { task: json, fault: '', again: !FINAL_STATES.includes(json.state) };
}

function refusal(status, retryAfter, json) {
  const detail = typeof json?.detail === 'string' ? json.detail : `The server answered with status ${status}.`;
  const isOurs = typeof json?.code === 'string' && json.code.startsWith('TASKER_');
  if (status === 401)
    return {
      fault: `${detail} Log in to the application and come back to this page, or enter a token. ${HOW_TO}`,
      again: false,
      needsToken: true,
    };
  if (status === 403) return { fault: `${detail} This user, or this page, may not see tasks. ${HOW_TO}`, again: false };
  if (status === 404 && !isOurs) {
    return {
      fault: `${detail} There is no API next to this page. Check that its path is forwarded as well.`,
      again: false,
    };
  }
  if (status === 429 || status >= 500)
    return { fault: `${detail} Trying again …`, again: true, waitMs: waitOf(retryAfter) };
  return { fault: detail, again: false };
}

/** Undefined if the text is not JSON. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTask(json) {
  return typeof json?.id === 'string' && typeof json.state === 'string' && Array.isArray(json.steps) && !!json.summary;
}

/** `Retry-After` in seconds. A date or an invalid value is ignored. Timers overflow after 25 days. */
function waitOf(retryAfter) {
  const seconds = Number(retryAfter ?? undefined);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1_000, MAX_WAIT_MS) : undefined;
}
