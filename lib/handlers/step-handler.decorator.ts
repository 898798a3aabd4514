import { ProviderMark } from '../options/provider.mark.js';

export interface StepHandlerOptions {
  /** Largest results of one step of this handler as JSON text, in bytes. @default `steps.maxResultBytes` of the module */
  readonly maxResultBytes?: number;
  /** All steps of this handler are transactional, whatever their templates say. @default false */
  readonly transactional?: boolean;
}

export interface StepHandlerMetadata extends StepHandlerOptions {
  readonly name: string;
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
export function StepHandler(name: string, options: StepHandlerOptions = {}): ClassDecorator {
  return (handler) => StepHandlerMark.set(handler, { name, ...options });
}
