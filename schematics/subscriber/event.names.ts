/** Every event with its states before and after, for examples; null if it has none. A test compares the names with `EVENTS`. */
export const EVENTS: Readonly<Record<string, readonly [from: string | null, to: string] | null>> = {
  'task.initialize_requested': [null, 'pending'],
  'task.start_requested': ['pending', 'in_progress'],
  'task.completed': ['in_progress', 'complete'],
  'task.failed': ['in_progress', 'error'],
  'task.retry_requested': ['error', 'pending'],
  'task.cancelled': ['in_progress', 'cancelled'],
  'task.resolved_manually': ['error', 'resolved_manually'],
  'step.execution_requested': ['pending', 'in_progress'],
  'step.completed': ['in_progress', 'complete'],
  'step.failed': ['in_progress', 'error'],
  'step.retry_requested': ['error', 'pending'],
  'step.handed_back': ['in_progress', 'pending'],
  'step.cancelled': ['in_progress', 'cancelled'],
  'step.resolved_manually': ['error', 'resolved_manually'],
  'step.skipped': ['pending', 'skipped'],
  'step.outcome_stale': null,
  'worker.lost': null,
};

export const ANY = '*';

/** The subject of an event, with which its name begins. */
export type EventSubject = 'task' | 'step' | 'worker';

export function subjectOf(event: string): EventSubject {
  return event.slice(0, event.indexOf('.')) as EventSubject;
}

/** The constants that `exampleOf` refers to, for the given subjects. */
export function exampleConstants(events: readonly string[]): string {
  const subjects = new Set(events.map(subjectOf));
  const task = `const TASK = { taskId: '1', namespace: 'shop', name: 'order', version: '1.0.0', at: '2026-01-01T00:00:00.000Z' };\n`;
  const step = `const STEP = { ...TASK, stepId: '2', step: 'charge', attempt: 1 };\n`;
  return (subjects.has('task') || subjects.has('step') ? task : '') + (subjects.has('step') ? step : '');
}

/** An example of the event's payload, as code. */
export function exampleOf(event: string): string {
  if (event === 'worker.lost') return `{ workerId: '3', at: '2026-01-01T00:00:00.000Z' }`;
  if (event === 'step.outcome_stale') return `{ ...STEP, workerId: '3', outcome: 'complete' }`;
  const [from, to] = EVENTS[event]!;
  const states = `from: ${from === null ? 'null' : `'${from}'`}, to: '${to}'`;
  if (event !== 'step.failed') return `{ ...${subjectOf(event).toUpperCase()}, ${states} }`;
  const error = `{ message: 'no answer', code: null, class: 'Error', permanent: false }`;
  return `{ ...STEP, ${states}, error: ${error}, retryAt: null }`;
}
