/**
 * Answers what `work` answers, or, when that takes longer than `limitMs`, what `late` answers or throws. The wait keeps no process
 * alive in which nothing else goes on.
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
  work.catch(() => undefined); // nobody waits for it any more
  return late();
}

const LATE = Symbol('late');
