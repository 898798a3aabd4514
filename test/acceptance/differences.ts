/** Where two JSON documents differ, a line for each place: `/retries/tasks/0/state: "complete", not "error"`. */
export function differences(expected: unknown, found: unknown, path = ''): string[] {
  if (isContainer(expected) && isContainer(found) && Array.isArray(expected) === Array.isArray(found)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    return keys.flatMap((key) => differences(expected[key], found[key], `${path}/${key}`));
  }
  if (Object.is(expected, found)) return [];
  return [`${path || '/'}: ${inWords(found)}, not ${inWords(expected)}`];
}

/** Every place that says that something did not happen. */
export function failures(found: unknown, path = ''): string[] {
  if (!isContainer(found)) return [];
  const own = 'failed' in found ? [`${path}: ${String(found.failed)}`] : [];
  return [...own, ...Object.entries(found).flatMap(([key, each]) => failures(each, `${path}/${key}`))];
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function inWords(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
