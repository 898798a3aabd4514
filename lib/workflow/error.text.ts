/** Causes of causes, and errors that one sums up. */
const MOST_CAUSES = 5;

/**
 * An error for a log: its message, its code (the SQLSTATE of a database error) and its stack, and those of its causes. Other fields
 * are left out: drivers and TypeORM keep the statement, the connection and its settings in them.
 */
export function errorText(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String((error as { message?: unknown } | null)?.message ?? error);
  const causes = depth < MOST_CAUSES ? causesOf(error) : [];
  return [stackWithCode(error), ...causes.map((cause) => `Caused by: ${errorText(cause, depth + 1)}`)].join('\n');
}

function stackWithCode(error: Error): string {
  const { message, stack = String(error), code } = error as Error & { readonly code?: unknown };
  if (typeof code !== 'string' || message.includes(code)) return stack;
  if (message === '' || !stack.includes(message)) return `(${code}) ${stack}`;
  return stack.replace(message, () => `${message} (${code})`);
}

function causesOf({ cause, errors }: Error & { readonly errors?: unknown }): readonly unknown[] {
  const summed: readonly unknown[] = Array.isArray(errors) ? errors.slice(0, MOST_CAUSES) : [];
  return cause === undefined ? summed : [cause, ...summed];
}
