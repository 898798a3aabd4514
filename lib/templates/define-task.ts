import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { TaskDefinition } from '../workflow/task-definition.js';
import { stepDocument, taskDocument } from './define-task.document.js';
import type { StepDefinition, TaskHead } from './define-task.document.js';
import { DOCUMENT_DEFAULTS } from './task.document.js';
import type { RawTask } from './task.document.js';

declare const carried: unique symbol;
declare const stepTypes: unique symbol;

/** Passes a type to `defineTask` without a value. Made by `type<T>()`. */
export interface Type<T> {
  readonly [carried]?: T;
}

/** Passes a type to `defineTask`: `returns: type<CartTotals>()`. */
export function type<T>(): Type<T> {
  return {};
}

/** The types of one step: its results, and the steps that it depends on. */
export interface StepTypes {
  readonly results: unknown;
  readonly dependsOn: string;
}

/**
 * A task under construction, which is a complete definition at any point. It is immutable: each call returns a new one.
 */
export interface TaskBuilder<Context, Steps> extends TaskDefinition<Context, ResultsIn<Steps>> {
  readonly [stepTypes]?: Steps;
  /**
   * Returns the task with a further step.
   *
   * @param name a name that is unique in the task, of at most 128 characters
   * @param step the dependencies, results and settings of the step. @default a step without dependencies
   */
  step<const Name extends string, Results = JsonValue, const Parents extends readonly NamesIn<Steps>[] = readonly []>(
    name: Name,
    step?: StepDefinition<Parents> & { readonly returns?: Type<Results> },
  ): TaskBuilder<Context, Steps & Record<Name, { results: Results; dependsOn: Parents[number] }>>;
}

/**
 * Begins a task template in TypeScript. It has all settings of YAML (except `named_steps`, which the compiler makes
 * unnecessary) and is checked by the same schema. The compiler checks that steps depend only on earlier steps, and the
 * types of the results that handlers get from them.
 *
 * @example export const processOrder = defineTask({ namespace: 'ecommerce', name: 'process_order', version: '1.0.0',
 *   context: type<{ cartId: number }>() }) .step('validate_cart', { returns: type<{ total: number }>() })
 *   .step('process_payment', { dependsOn: ['validate_cart'], retryLimit: 5 });
 */
export function defineTask<Context = JsonObject>(
  head: TaskHead & { readonly context?: Type<Context> },
): TaskBuilder<Context, object> {
  return buildTask(taskDocument(head), []);
}

function buildTask<Context, Steps>(head: JsonObject, steps: readonly JsonObject[]): TaskBuilder<Context, Steps> {
  return {
    document: { ...head, step_templates: steps },
    step: (name, step = {}) => buildTask(head, [...steps, stepDocument(name, withHandler(head, name, step))]),
  };
}

/** Gives a step without a handler a name for its own handler, which no other step can have. */
function withHandler(head: JsonObject, name: string, step: StepDefinition): StepDefinition {
  if (step.handler !== undefined || step.http !== undefined) return step;
  const { namespace_name: namespace = DOCUMENT_DEFAULTS.namespace, name: task } = head as Pick<
    RawTask,
    'namespace_name' | 'name'
  >;
  return { ...step, handler: `${namespace}.${task}.${name}` };
}

type NamesIn<Steps> = keyof Steps & string;
type ResultsIn<Steps> = {
  readonly [Name in keyof Steps]: Steps[Name] extends StepTypes ? Steps[Name]['results'] : never;
};
type StepsOf<Definition> = Definition extends { readonly [stepTypes]?: infer Steps } ? Steps : never;

/** The type of a task's context: `ContextOf<typeof processOrder>`. */
export type ContextOf<Definition> = Definition extends TaskDefinition<infer Context> ? Context : never;

/** The names of a task's steps. */
export type StepNameOf<Definition> = NamesIn<StepsOf<Definition>>;

/** The type of `results` in a step's handler: only the results of the steps that it depends on. */
export type ParentResultsOf<Definition, Name extends StepNameOf<Definition>> = {
  readonly [Parent in ParentsOf<StepsOf<Definition>, Name>]: ResultsOfStep<StepsOf<Definition>, Parent>;
};

/** The results of a step: `StepResultsOf<typeof processOrder, 'validate_cart'>`. */
export type StepResultsOf<Definition, Name extends StepNameOf<Definition>> = ResultsOfStep<StepsOf<Definition>, Name>;

type ParentsOf<Steps, Name extends keyof Steps> = Steps[Name] extends StepTypes
  ? Steps[Name]['dependsOn'] & keyof Steps
  : never;
type ResultsOfStep<Steps, Name extends keyof Steps> = Steps[Name] extends StepTypes ? Steps[Name]['results'] : never;
