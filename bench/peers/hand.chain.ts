import type { CONTEXT, StepResult } from './peer.js';

/** What a job is given where the handler of each adds the next by hand. */
export interface HandChainPayload {
  readonly context: typeof CONTEXT;
  readonly layer: number;
  readonly before?: StepResult;
}

const NO_JOIN = 'a job by hand starts the next, and nothing waits for several';

/** What cannot be done that way. */
export const HAND_CHAIN_CANNOT = { diamond: NO_JOIN, fan100: NO_JOIN } as const;
