import type { Provider, Type } from '@nestjs/common';
import { StepHandler, type StepContext, type StepHandlerContract, type TaskDefinition } from 'nestjs-tasker';
import type { Host } from './application.js';

/** What a host runs. */
export interface Workflows {
  readonly templates: readonly TaskDefinition[];
  readonly handlers: readonly Provider[];
}

/** One way in which applications use the package, and what they see of it, as JSON that is the same each time. */
export interface Scenario extends Workflows {
  /** @throws when what is to be observed does not happen */
  observe(host: Host): Promise<unknown>;
}

/** A provider class as a host would write it. */
export function handler(
  name: string,
  process: (context: StepContext) => unknown,
  options: { readonly transactional?: boolean } = {},
): Type<StepHandlerContract> {
  class FunctionHandler implements StepHandlerContract {
    process(context: StepContext): unknown {
      return process(context);
    }
  }
  StepHandler(name, options)(FunctionHandler);
  return FunctionHandler;
}

/** Tries again until `check` no longer throws; past the deadline throws what it threw last. */
export async function eventually<T>(check: () => T | Promise<T>, deadlineMs = 30_000): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await pause(50);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @throws an error with the message, and with what was seen instead */
export function require(isSo: boolean, message: string, seen?: unknown): void {
  if (!isSo) throw new Error(`${message}${seen === undefined ? '' : `: ${JSON.stringify(seen)}`}`);
}
