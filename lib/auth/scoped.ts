/**
 * The type of a reader for REST and GraphQL. For code of the host, the scope is the last parameter of each method, and
 * optional. With this type, all parameters are required, so that the compiler reports a missing scope.
 */
export type Scoped<Reader> = {
  readonly [Method in keyof Reader]: Reader[Method] extends (...args: infer Args) => infer Answer
    ? (...args: Given<Args>) => Answer
    : Reader[Method];
};

/** Makes optional parameters required, but they may be undefined. */
type Given<Args extends readonly unknown[]> =
  Required<Args> extends infer All extends readonly unknown[]
    ? { [Index in keyof All]: Index extends keyof Args ? OrUndefined<Args[Index], All[Index]> : never }
    : never;

type OrUndefined<Optional, Value> = undefined extends Optional ? Value | undefined : Value;
