import { ProviderMark } from '../options/provider.mark.js';
import type { StepNameOf, StepResultsOf } from '../templates/define-task.js';
import type { TaskDefinition } from '../workflow/task-definition.js';
import { handlerOfStep } from './tied.handler.js';
import type { StepContextOf, TiedHandlerDecorator } from './tied.handler.js';

/** Options of `@StepHandler`. */
export interface StepHandlerOptions {
  /**
   * The maximum size of the results of one step of this handler, in bytes of JSON.
   * @default `steps.maxResultBytes` of the module
   */
  readonly maxResultBytes?: number;
  /** Whether all steps of this handler are transactional, regardless of their templates. @default false */
  readonly transactional?: boolean;
}

export interface StepHandlerMetadata extends StepHandlerOptions {
  readonly name: string;
  /**
   * The reason why the handler cannot be registered, if the decorator found one. It completes a sentence that begins
   * with the class.
   */
  readonly fault?: string;
}

/** The mark that `StepHandlerExplorer` looks for. */
export const StepHandlerMark = new ProviderMark<StepHandlerMetadata>('step-handler');

/**
 * Marks a provider class as the handler that templates refer to as `name`.
 *
 * @example
 * ```ts
 * @StepHandler('ecommerce.validate_cart')
 * export class ValidateCartHandler implements StepHandlerContract { ... }
 * ```
 */
export function StepHandler(name: string, options?: StepHandlerOptions): ClassDecorator;

/**
 * Marks a provider class as the handler of a step that `defineTask` defines. The compiler then checks the argument and the return
 * value of `process`: the context of the task, the results of the steps that this step depends on, and its own results.
 *
 * @example
 * ```ts
 * @StepHandler(processOrder, 'charge_card')
 * export class ChargeCardHandler {
 *   process({ task, results }: StepContextOf<typeof processOrder, 'charge_card'>) { ... }
 * }
 * ```
 */
export function StepHandler<Task extends TaskDefinition, Step extends StepNameOf<Task>>(
  task: Task,
  step: Step,
  options?: StepHandlerOptions,
): TiedHandlerDecorator<StepContextOf<Task, Step>, StepResultsOf<Task, Step>>;

export function StepHandler(
  subject: string | TaskDefinition,
  second?: string | StepHandlerOptions,
  third?: StepHandlerOptions,
): ClassDecorator {
  const metadata =
    typeof subject === 'string'
      ? { name: subject, ...(second as StepHandlerOptions | undefined) }
      : { ...handlerOfStep(subject, second as string), ...third };
  return (handler) => StepHandlerMark.set(handler, metadata);
}
