import type { OrderProgress, ProgressDisplay, StepProgress, StepSight } from './order.progress.js';

const WORDS: Readonly<Record<StepSight, string>> = {
  pending: 'pending',
  running: 'running',
  waiting: 'failed, will be tried again',
  done: 'done',
  failed: 'failed for good',
  other: 'changed by hand',
};

/** For a log or a pipe: one plain line for each change. */
export class LineProgress implements ProgressDisplay {
  private readonly shown = new Map<string, string>();

  constructor(private readonly write: (line: string) => void) {}

  show(orders: readonly OrderProgress[]): void {
    for (const order of orders) {
      const changed = order.steps.filter((step) => this.changes(`${order.title}/${step.name}`, step));
      for (const step of changed) this.write(stepLine(order, step));
    }
  }

  /** Whether a step looks different from when it was shown last; a pending step is what everybody expects. */
  private changes(key: string, { sight, attempts }: StepProgress): boolean {
    const now = `${sight} ${attempts}`;
    const before = this.shown.get(key) ?? 'pending 0';
    this.shown.set(key, now);
    return now !== before;
  }
}

function stepLine({ title, elapsedMs }: OrderProgress, step: StepProgress): string {
  const attempt = step.attempts > 1 ? ` (attempt ${step.attempts} of ${step.retryLimit})` : '';
  const hasFailed = step.sight === 'waiting' || step.sight === 'failed';
  const code = hasFailed && step.code !== null ? ` ${step.code}` : '';
  const time = `${(elapsedMs / 1_000).toFixed(1)} s`;
  return `${time.padStart(7)}  ${title.padEnd(34)} ${step.name} ${WORDS[step.sight]}${code}${attempt}`;
}
