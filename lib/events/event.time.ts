/** The time of an event that happens now, ISO 8601. */
export function now(): string {
  return new Date().toISOString();
}
