type ErrorClass = abstract new (...args: never) => Error;

/**
 * Lets `instanceof` hold for instances that another copy of this package made, as long as it is asked of the class itself:
 * an application may load two copies, and what handlers throw must mean the same in both. Of a subclass the language decides.
 *
 * @param name the same in all versions, also where the names of classes are shortened
 */
export function brand(branded: ErrorClass, name: string): void {
  const mark = Symbol.for(`nestjs-tasker.${name}`);
  const isInstance = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(branded.prototype, mark, { value: true });
  Object.defineProperty(branded, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      return this === branded ? isObject(value) && mark in value : isInstance.call(this as never, value);
    },
  });
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
