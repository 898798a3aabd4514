const AN_HOUR_MS = 3_600_000;
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * What of an answer is the same each time: ids, instants, durations and the like give way to their kind. A kind is as strict as
 * it can be, so that a number where there should be a text, an instant in another format or an hour off still shows.
 */
export function anonymous(value: unknown, key = ''): unknown {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((each) => anonymous(each, key));
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([name]) => name !== 'stack');
    return Object.fromEntries(entries.map(([name, each]) => [name, anonymous(each, name)]));
  }
  if (/(^id|Ids?)$/.test(key)) return `<${typeof value}>`;
  if (/(At|^at|^timestamp)$/.test(key)) return instant(value);
  if (key.endsWith('Seconds')) return `<${typeof value}>`;
  if (['worker', 'position', 'revision', 'correlationId', 'url', 'secret', 'fingerprint'].includes(key))
    return `<${typeof value}>`;
  return value;
}

function instant(value: unknown): unknown {
  if (typeof value !== 'string' || !ISO_8601.test(value)) return value;
  return Math.abs(Date.parse(value) - Date.now()) < AN_HOUR_MS ? '<instant>' : `<instant far away: ${value}>`;
}
