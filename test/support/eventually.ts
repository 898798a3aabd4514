const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 50;

/**
 * Tries again until `check` no longer throws, and answers what it answered; past the deadline throws what it threw last. What
 * takes long is looked at less often: looking takes the time of what is waited for.
 */
export async function eventually<T>(check: () => T | Promise<T>, deadlineMs = 10_000): Promise<T> {
  const start = performance.now();
  for (;;) {
    const elapsed = performance.now() - start;
    try {
      return await check();
    } catch (error) {
      if (elapsed > deadlineMs) throw error;
    }
    const wait = Math.min(Math.max(elapsed / 5, FIRST_WAIT_MS), LONGEST_WAIT_MS);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Something that one part of a test waits for and another lets happen. */
export interface Gate<T = void> {
  readonly passed: Promise<T>;
  open(value: T): void;
}

export function aGate<T = void>(): Gate<T> {
  let open!: (value: T) => void;
  const passed = new Promise<T>((resolve) => (open = resolve));
  return { passed, open };
}
