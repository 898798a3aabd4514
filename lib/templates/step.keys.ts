/** Keys of Rails Tasker for a step, with the preferred keys that mean the same. */
export const STEP_ALIASES: Readonly<Record<string, string>> = {
  handler_class: 'handler',
  default_retryable: 'retryable',
  default_retry_limit: 'retry_limit',
};

/** The keys for the dependencies of a step. A step depends on the steps of all of them. */
export const DEPENDENCY_KEYS = ['depends_on', 'depends_on_step', 'depends_on_steps'] as const;

/** A step without the keys that have a synonym among the changes, so that the change applies. */
export function withoutSynonymsOf(changes: object, step: object): object {
  const dropped = Object.entries(STEP_ALIASES).flatMap(([alias, key]) => [
    ...(Object.hasOwn(changes, key) ? [alias] : []),
    ...(Object.hasOwn(changes, alias) ? [key] : []),
  ]);
  return dropped.length === 0
    ? step
    : Object.fromEntries(Object.entries(step).filter(([key]) => !dropped.includes(key)));
}
