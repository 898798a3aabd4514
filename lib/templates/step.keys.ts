/** Keys of a step that mean the same as another, which is the one to write; they are those of Rails Tasker. */
export const STEP_ALIASES: Readonly<Record<string, string>> = {
  handler_class: 'handler',
  default_retryable: 'retryable',
  default_retry_limit: 'retry_limit',
};

/** The keys that name what a step waits for; it waits for all that they name. */
export const DEPENDENCY_KEYS = ['depends_on', 'depends_on_step', 'depends_on_steps'] as const;

/** A step without the keys that one of the changes says in another word, so that the change counts. */
export function withoutSynonymsOf(changes: object, step: object): object {
  const dropped = Object.entries(STEP_ALIASES).flatMap(([alias, key]) => [
    ...(Object.hasOwn(changes, key) ? [alias] : []),
    ...(Object.hasOwn(changes, alias) ? [key] : []),
  ]);
  return dropped.length === 0
    ? step
    : Object.fromEntries(Object.entries(step).filter(([key]) => !dropped.includes(key)));
}
