/**
 * SQL for an instant as ISO 8601 in UTC, for use inside of JSON: that has no instants, and PostgreSQL's own text of one
 * depends on the session's time zone.
 */
export const iso = (column: string): string => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
