/** The time that running work has left after it was asked to stop. */
export interface GracePeriod {
  /** Aborted at the end of the time. */
  readonly signal: AbortSignal;
  /** Must be called when the work is over; otherwise the timer keeps the process alive. */
  clear(): void;
}

/** Begins when `stop` is aborted, and lasts `ms` milliseconds. Without `stop`, it never begins. */
export function gracePeriod(stop: AbortSignal | undefined, ms: number): GracePeriod {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => void (timer = setTimeout(() => ending.abort(), ms));
  if (stop?.aborted) begin();
  else stop?.addEventListener('abort', begin, { once: true });
  return {
    signal: ending.signal,
    clear: () => {
      stop?.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}
