import type { ClaimedStep } from '../../../lib/persistence/worker.gateway.js';

/** A step as a worker gets it. */
export function aClaimedStep(settings: Partial<ClaimedStep> = {}): ClaimedStep {
  return {
    id: '1',
    taskId: '10',
    templateId: '100',
    attempt: 1,
    attemptNumber: 1,
    retryLimit: 3,
    from: 'pending',
    context: {},
    results: [],
    initiator: 'tests',
    sourceSystem: 'tests',
    reason: 'a test',
    tags: [],
    requestedAt: '2026-01-01T00:00:00.000Z',
    tooLargeBytes: null,
    ...settings,
  };
}
