/** IMF-fixdate, as all servers should write it, and the two older forms that RFC 9110 (5.6.7) still has us read. */
const HTTP_DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * The seconds that a header `Retry-After` asks for, or null when it is missing or says nothing that can be understood. A
 * date gives at least one second, whatever the clocks say. It never throws.
 */
export function retryAfterSeconds(header: string | null | undefined, now: Date = new Date()): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  if (!HTTP_DATES.some((form) => form.test(text))) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`); // the oldest form leaves it out
  const seconds = Math.ceil((at - now.getTime()) / 1_000);
  return Number.isFinite(seconds) ? Math.max(1, seconds) : null;
}
