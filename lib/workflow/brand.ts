type ErrorClass = abstract new (...args: never) => Error;

/**
 * Makes `instanceof` true for instances that another copy of this package made. An application may load two copies, and
 * the errors that handlers throw must mean the same in both. Subclasses keep the `instanceof` of the language.
 *
 * @param name must be the same in all versions, and also if a minifier shortens the names of classes
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
