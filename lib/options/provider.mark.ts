import 'reflect-metadata';
import type { DiscoveryService } from '@nestjs/core';

/** A provider, as Nest's discovery returns it. */
export type ProviderWrapper = ReturnType<DiscoveryService['getProviders']>[number];

export type MarkedClass = abstract new (...args: never) => object;

/**
 * A value that a decorator stores on the class of a provider. The key is a plain string, the same in every copy of this
 * package, so that one copy finds the classes that the decorator of another marked.
 */
export class ProviderMark<Value> {
  private readonly key: string;

  constructor(name: string) {
    this.key = `nestjs-tasker:${name}`;
  }

  set(marked: object, value: Value): void {
    Reflect.defineMetadata(this.key, value, marked);
  }

  /** The value of the provider's own class; a class that extends a marked class is not marked. */
  of(wrapper: ProviderWrapper): Value | undefined {
    for (const each of classesOf(wrapper)) {
      const value = Reflect.getOwnMetadata(this.key, each) as Value | undefined;
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The value of the class, or of its nearest marked parent. */
  on(marked: MarkedClass): Value | undefined {
    return Reflect.getMetadata(this.key, marked) as Value | undefined;
  }

  /** True also if a parent class is marked. */
  isOn(marked: MarkedClass): boolean {
    return Reflect.hasMetadata(this.key, marked);
  }
}

/**
 * The classes that may be marked, in order of precedence: the class of the instance, the class that Nest instantiates,
 * and the token. Only the token is left if a test overrides the provider (`overrideProvider(Handler).useValue(...)`),
 * or if `{ provide: Handler, useFactory }` provides an object without a class.
 */
export function classesOf({ instance, metatype, inject, token }: ProviderWrapper): readonly MarkedClass[] {
  const made: unknown = (instance as object | null | undefined)?.constructor;
  const declared = inject ? undefined : metatype; // for a factory, metatype is the function
  return [...new Set([made, declared, token])].filter((each) => typeof each === 'function') as unknown as MarkedClass[];
}
