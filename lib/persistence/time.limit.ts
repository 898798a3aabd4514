/**
 * Returns the result of `work` or, if it takes longer than `limitMs`, the result of `late`. The wait alone does not
 * keep the process alive.
 */
export async function withinTime<T>(work: Promise<T>, limitMs: number, late: () => T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<typeof LATE>((resolve) => (timer = setTimeout(resolve, limitMs, LATE).unref()));
  try {
    const first = await Promise.race([work, isLate]);
    if (first !== LATE) return first;
  } finally {
    clearTimeout(timer);
  }
  work.catch(() => undefined); // nobody waits for it after the limit
  return late();
}

const LATE = Symbol('late');
