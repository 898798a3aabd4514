import { PermanentError, type StepContext } from 'nestjs-tasker';

/**
 * A value that a step cannot do without.
 * @throws PermanentError with this code when it is missing or empty: no further attempt would find it
 */
export function required<T>(value: T | null | undefined, code: string, message: string): T {
  const isEmpty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty) throw new PermanentError(message, { code });
  return value;
}

/**
 * What an earlier step stored that this one does not directly depend on; null when it was finished by hand, without results.
 * @throws PermanentError with this code when there is nothing
 */
export async function requiredResults<T>(
  context: Pick<StepContext, 'resultsOf'>,
  step: string,
  code: string,
): Promise<T> {
  return required(await context.resultsOf<T | null>(step), code, `Step ${step} left no results`);
}
