import { Injectable } from '@nestjs/common';
import type { StepHandlerContract } from './step-handler.contract.js';
import type { StepHandlerOptions } from './step-handler.decorator.js';

export interface RegisteredStepHandler {
  readonly name: string;
  readonly className: string;
  readonly instance: StepHandlerContract;
  readonly options: StepHandlerOptions;
}

/** The step handlers of this process, by name. */
@Injectable()
export class StepHandlerRegistry {
  private readonly handlers = new Map<string, RegisteredStepHandler>();

  register(handler: RegisteredStepHandler): void {
    this.handlers.set(handler.name, handler);
  }

  find(name: string): RegisteredStepHandler | undefined {
    return this.handlers.get(name);
  }

  /** All handlers, by name. */
  list(): readonly RegisteredStepHandler[] {
    return this.names().map((name) => this.handlers.get(name)!);
  }

  names(): readonly string[] {
    return [...this.handlers.keys()].sort();
  }
}
