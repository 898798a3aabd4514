import { types } from 'node:util';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { ProviderWrapper } from '../options/provider.mark.js';
import { BUILT_IN_PREFIX } from '../templates/http-step.document.js';
import { BUILT_IN_HANDLERS } from './built-in.handlers.js';
import { InvalidStepHandlersError } from './handler.errors.js';
import type { StepHandlerContract } from './step-handler.contract.js';
import { StepHandlerMark, type StepHandlerMetadata } from './step-handler.decorator.js';
import { StepHandlerRegistry } from './step-handler.registry.js';

/** Finds the providers marked with `@StepHandler` and registers them. Reports all faults together. */
@Injectable()
export class StepHandlerExplorer implements OnModuleInit {
  /** The class of the provider that has a name, for messages. */
  private readonly holders = new Map<string, string>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly registry: StepHandlerRegistry,
  ) {}

  onModuleInit(): void {
    const faults = this.discovery
      .getProviders()
      .flatMap((wrapper) => this.register(wrapper, StepHandlerMark.of(wrapper)) ?? []);
    if (faults.length > 0) throw new InvalidStepHandlersError(faults);
  }

  private register(wrapper: ProviderWrapper, mark: StepHandlerMetadata | undefined): string | null {
    if (!mark) return null;
    const { name, fault, ...options } = mark;
    const className = String(wrapper.name);
    if (fault !== undefined) return `${className} ${fault}`;
    const instance = wrapper.instance as StepHandlerContract | null;
    const holder = this.registry.find(name);
    if (!wrapper.isDependencyTreeStatic()) {
      return `${className} is request-scoped or depends on a request-scoped provider, but steps have no request`;
    }
    if (wrapper.isTransient) return `${className} is transient, so Nest would never instantiate it; remove its scope`;
    if (name.trim() === '') return `${className} has an empty name; write @StepHandler('namespace.what_it_does')`;
    if (name.startsWith(BUILT_IN_PREFIX) && !BUILT_IN_HANDLERS.some((builtIn) => wrapper.token === builtIn)) {
      return `${className} has the name "${name}"; names that begin with "${BUILT_IN_PREFIX}" are reserved for built-in handlers`;
    }
    if (typeof instance?.process !== 'function') return `${className} has no method process(context)`;
    if (types.isGeneratorFunction(Reflect.get(instance, 'process'))) {
      return `${className} has a generator as its process method, but nothing iterates over it; write async process() without "*"`;
    }
    // A class that two modules provide has two instances, and it would be random which one runs.
    if (holder && holder.instance !== instance) {
      return `"${name}" is the name of both ${this.holders.get(name)} and ${className}`;
    }
    this.holders.set(name, className);
    this.registry.register({ name, className, instance, options });
    return null;
  }
}
