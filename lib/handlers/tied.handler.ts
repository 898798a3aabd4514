import type { ContextOf, ParentResultsOf, StepNameOf } from '../templates/define-task.js';
import { itemsOf, propertyOf } from '../templates/step.outline.js';
import type { JsonValue } from '../workflow/json.js';
import type { TaskDefinition } from '../workflow/task-definition.js';
import type { StepContext } from './step-handler.contract.js';

/** The type of a step handler's argument: `StepContextOf<typeof processOrder, 'charge_card'>`. */
export type StepContextOf<Task, Step extends StepNameOf<Task>> = StepContext<
  ContextOf<Task>,
  ParentResultsOf<Task, Step>
>;

/**
 * The type of a class that can be the handler of a step. `process` is a property here, because the compiler compares
 * the parameters of properties strictly. For a method, it would accept a handler that expects more than it gets.
 */
export interface TiedHandler<Given, Results> {
  readonly process: (context: Given) => Returned<Results>;
}

/** A class decorator that the compiler accepts only on a class that fits the step. */
export type TiedHandlerDecorator<Given, Results> = <Taken>(
  handler: (abstract new (...dependencies: never) => TiedHandler<Given, Results> & Taking<Taken>) &
    Fitting<Given, Taken>,
) => void;

interface Taking<Taken> {
  readonly process: (context: Taken) => unknown;
}

/** Compares the parameter once more, for applications that do not set `strictFunctionTypes`. */
type Fitting<Given, Taken> = Given extends Taken
  ? unknown
  : { readonly 'process() expects an argument that the step does not have': Given };

/** A step without `returns` may return anything. */
type Returned<Results> = JsonValue extends Results ? unknown : Results | PromiseLike<Results>;

/** The name of a step's handler in the definition. */
export function handlerOfStep(
  task: TaskDefinition | undefined,
  step: string,
): { readonly name: string; readonly fault?: string } {
  if (task === undefined) {
    return unfit(
      `is tied to step "${step}" of a task that is undefined; check whether its file and the file of the task import each other`,
    );
  }
  const steps = itemsOf(propertyOf(task.document, 'step_templates'));
  const found = steps.find((each) => propertyOf(each, 'name') === step);
  if (found === undefined) {
    const known = steps.map((each) => propertyOf(each, 'name')).join(', ') || 'none';
    return unfit(`is tied to step "${step}", which its task does not have; steps: ${known}`);
  }
  const handler = propertyOf(found, 'handler');
  return typeof handler === 'string'
    ? { name: handler }
    : unfit(`is tied to step "${step}", which is an HTTP step and needs no handler`);
}

function unfit(fault: string): { readonly name: string; readonly fault: string } {
  return { name: '', fault };
}
