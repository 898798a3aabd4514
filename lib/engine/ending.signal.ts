/** The end of the time that work under way has once it is to stop. */
export interface Ending {
  readonly signal: AbortSignal;
  /** To be called when the work is over, or its timer keeps the process alive. */
  clear(): void;
}

/** Fires `ms` after the given signal; without one, never. */
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
