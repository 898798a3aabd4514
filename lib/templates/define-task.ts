import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { TaskDefinition } from '../workflow/task-definition.js';
import { stepDocument, taskDocument } from './define-task.document.js';
import type { StepDefinition, TaskHead } from './define-task.document.js';
import { DOCUMENT_DEFAULTS } from './task.document.js';
import type { RawTask } from './task.document.js';

declare const carried: unique symbol;
declare const stepTypes: unique symbol;

/** Carries a type to `defineTask` without a value; `type<T>()` makes it. */
export interface Type<T> {
  readonly [carried]?: T;
}

/** Gives `defineTask` a type: `returns: type<CartTotals>()`. */
export function type<T>(): Type<T> {
  return {};
}

/** What the compiler knows about one step: what it returns, and which steps it waits for. */
export interface StepTypes {
  readonly results: unknown;
  readonly dependsOn: string;
}

/**
 * A task under construction, which is a complete definition at any point. It never changes: each call gives a new one.
 */
export interface TaskBuilder<Context, Steps> extends TaskDefinition<Context, ResultsIn<Steps>> {
  readonly [stepTypes]?: Steps;
  /**
   * The task with one more step.
   *
   * @param name unique in the task, at most 128 characters
   * @param step what it waits for, what it returns and how it runs. @default a step that waits for nothing
   */
  step<const Name extends string, Results = JsonValue, const Parents extends readonly NamesIn<Steps>[] = readonly []>(
    name: Name,
    step?: StepDefinition<Parents> & { readonly returns?: Type<Results> },
  ): TaskBuilder<Context, Steps & Record<Name, { results: Results; dependsOn: Parents[number] }>>;
}

/**
 * Begins a task template in TypeScript. It knows all that YAML knows (but `named_steps`, which the compiler makes
 * needless), is checked by the same schema, and lets the compiler check that steps depend on earlier steps only, and what
 * handlers get from them.
 *
 * @example
 * export const processOrder = defineTask({ namespace: 'ecommerce', name: 'process_order', version: '1.0.0',
 *   context: type<{ cartId: number }>() })
 *   .step('validate_cart', { returns: type<{ total: number }>() })
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

/** A step that names no handler has one of its own, of which no other step can be the namesake. */
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

/** The type of `results` in a step's handler: the results of the steps it depends on, and no others. */
export type ParentResultsOf<Definition, Name extends StepNameOf<Definition>> = {
  readonly [Parent in ParentsOf<StepsOf<Definition>, Name>]: ResultsOfStep<StepsOf<Definition>, Parent>;
};

/** The results of a step: `StepResultsOf<typeof processOrder, 'validate_cart'>`. */
export type StepResultsOf<Definition, Name extends StepNameOf<Definition>> = ResultsOfStep<StepsOf<Definition>, Name>;

type ParentsOf<Steps, Name extends keyof Steps> = Steps[Name] extends StepTypes
  ? Steps[Name]['dependsOn'] & keyof Steps
  : never;
type ResultsOfStep<Steps, Name extends keyof Steps> = Steps[Name] extends StepTypes ? Steps[Name]['results'] : never;
