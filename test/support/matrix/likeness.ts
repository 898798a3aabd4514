/** What listeners to events have only once they were called. */
const OF_THE_MOMENT = ['meanMs', 'maxMs', 'lastCalledAt', 'lastFailedAt'];

/** An answer with the types of its texts and numbers instead of them; what it says is withheld stays. */
export function shapeOf(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'number') return typeof value;
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (OF_THE_MOMENT.includes(name)) return [name, 'a value or null'];
      return [name, name === 'withheld' ? (inner as unknown) : shapeOf(inner)];
    }),
  );
}

/** The value with null at the end of a path, in every element of the lists on the way. */
export function withNull(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return null;
  if (Array.isArray(value)) return value.map((each: unknown) => withNull(each, [name, ...rest]));
  if (value === null) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  return { ...fields, [name]: withNull(fields[name], rest) };
}

/** Of processes, connections and the package itself, or the same for no tasks. */
const OF_NO_TASK = [
  ...['workers', 'checks', 'connectionUtilization', 'activeConnections', 'maxConnections'],
  ...['periodHours', 'systemHealthScore', '__typename'],
  ...['events', 'listeners', 'eventKinds', 'eventListeners'],
];
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** The places in an answer that reveal something. Empty lists, zeros and the time of the answer reveal nothing. */
export function leaksOf(value: unknown, place = ''): readonly string[] {
  if (value === null || value === undefined || typeof value === 'boolean' || value === 0) return [];
  if (typeof value === 'string') return INSTANT.test(value) ? [] : [`${place}: ${value}`];
  if (typeof value !== 'object') return [`${place}: ${JSON.stringify(value)}`];
  return Object.entries(value)
    .filter(([name]) => !OF_NO_TASK.includes(name))
    .flatMap(([name, inner]) => leaksOf(inner, `${place}/${name}`));
}

/** Whether an answer has something that could be withheld. */
export function hasContent(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value !== 'object') return value !== '';
  return Object.values(value).some(hasContent);
}
