/** See `run.js`, which is JavaScript because Jest's set-up is. */
export function beginRun(url: string, run: string): Promise<() => Promise<void>>;
