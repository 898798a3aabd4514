import { ProviderMark } from '../options/provider.mark.js';

/** The templates that a task handler is for. */
export interface TaskHandlerOptions {
  /** @default 'default' */
  readonly namespace?: string;
  /** The name of the task template. */
  readonly name: string;
  /** @default all versions */
  readonly version?: string;
}

/** The mark that `TaskHandlerExplorer` looks for. */
export const TaskHandlerMark = new ProviderMark<TaskHandlerOptions>('task-handler');

/**
 * Marks a provider class as the handler of a template's tasks.
 *
 * @example
 * ```ts
 * @TaskHandler({ namespace: 'ecommerce', name: 'process_order' })
 * export class ProcessOrderTasks implements TaskHandlerContract { ... }
 * ```
 */
export function TaskHandler(options: TaskHandlerOptions): ClassDecorator {
  return (handler) => TaskHandlerMark.set(handler, options);
}
