import 'reflect-metadata';
import type { DiscoveryService } from '@nestjs/core';

/** A provider as Nest's discovery shows it. */
export type ProviderWrapper = ReturnType<DiscoveryService['getProviders']>[number];

export type MarkedClass = abstract new (...args: never) => object;

/**
 * What a decorator notes on the class of a provider. The key is a plain text, the same in every copy of this package: one copy
 * finds what the decorator of another marked.
 */
export class ProviderMark<Value> {
  private readonly key: string;

  constructor(name: string) {
    this.key = `nestjs-tasker:${name}`;
  }

  set(marked: object, value: Value): void {
    Reflect.defineMetadata(this.key, value, marked);
  }

  /** Of the class itself: a class that extends a marked one is not marked by that. */
  of(wrapper: ProviderWrapper): Value | undefined {
    for (const each of classesOf(wrapper)) {
      const value = Reflect.getOwnMetadata(this.key, each) as Value | undefined;
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Also when a parent class is marked. */
  isOn(marked: MarkedClass): boolean {
    return Reflect.hasMetadata(this.key, marked);
  }
}

/**
 * The classes that may be marked, in the order in which they count: that of the instance, that which Nest makes, and the token.
 * The token remains when a test overrides the provider (`overrideProvider(Handler).useValue(...)`), or when
 * `{ provide: Handler, useFactory }` provides what has no class.
 */
export function classesOf({ instance, metatype, inject, token }: ProviderWrapper): readonly MarkedClass[] {
  const made: unknown = (instance as object | null | undefined)?.constructor;
  const declared = inject ? undefined : metatype; // of a factory it is the function
  return [...new Set([made, declared, token])].filter((each) => typeof each === 'function') as unknown as MarkedClass[];
}
