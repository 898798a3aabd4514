/**
 * The formats of dates in headers: IMF-fixdate, and the two older ones that RFC 9110 (5.6.7) requires clients to
 * accept.
 */
const HTTP_DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * The wait that a `Retry-After` header requests, in seconds; null if the header is missing or cannot be read. For a
 * date, the wait is at least one second, even if the clocks differ. Never throws.
 */
export function retryAfterSeconds(header: string | null | undefined, now: Date = new Date()): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  if (!HTTP_DATES.some((form) => form.test(text))) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`); // the oldest format omits it
  const seconds = Math.ceil((at - now.getTime()) / 1_000);
  return Number.isFinite(seconds) ? Math.max(1, seconds) : null;
}
