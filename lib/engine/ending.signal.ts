/** Signals the end of the time that running work has once it must stop. */
export interface Ending {
  readonly signal: AbortSignal;
  /** Must be called when the work is over; otherwise its timer keeps the process alive. */
  clear(): void;
}

/** Fires `ms` after the given signal; never without one. */
export function endingAfter(stop: AbortSignal | undefined, ms: number): Ending {
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
