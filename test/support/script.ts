import type { JsonValue, StepContext } from 'nestjs-tasker';
import { HANDLER } from './factories.js';
import type { StepFunction } from './host.js';

/** One call of a scripted handler. */
export interface Run {
  readonly taskId: string;
  readonly step: string;
  readonly attempt: number;
  readonly results: Readonly<Record<string, JsonValue>>;
}

/** A handler that does for each step what a test wrote down, and remembers its calls. */
export interface Script {
  /** For `openHost`. */
  readonly handlers: Readonly<Record<string, StepFunction>>;
  /** Calls so far, in order. */
  readonly runs: readonly Run[];
  runsOf(step: string): readonly Run[];
}

/** @param acts by step name; steps without one return `{ step: <their name> }` */
export function aScript(acts: Readonly<Record<string, StepFunction>> = {}): Script {
  const runs: Run[] = [];
  const process = (context: StepContext): unknown => {
    const { task, step, attempt, results } = context;
    runs.push({ taskId: task.id, step: step.name, attempt, results });
    return acts[step.name]?.(context) ?? { step: step.name };
  };
  return {
    handlers: { [HANDLER]: process },
    runs,
    runsOf: (step) => runs.filter((run) => run.step === step),
  };
}

/** Fails the first attempts. */
export function failing(times: number, error: () => unknown = () => new Error('it went wrong')): StepFunction {
  return ({ attempt, step }) => {
    if (attempt <= times) throw error();
    return { step: step.name };
  };
}

/** Fails every attempt. */
export function alwaysFailing(error: () => unknown = () => new Error('it went wrong')): StepFunction {
  return failing(Infinity, error);
}
