/**
 * A reader as REST and GraphQL see it. For code of the host, the scope is the last parameter of each method and may be left out;
 * here every parameter must be given, and forgetting the scope is an error of the compiler.
 */
export type Scoped<Reader> = {
  readonly [Method in keyof Reader]: Reader[Method] extends (...args: infer Args) => infer Answer
    ? (...args: Given<Args>) => Answer
    : Reader[Method];
};

/** Optional parameters become required ones that may be undefined. */
type Given<Args extends readonly unknown[]> =
  Required<Args> extends infer All extends readonly unknown[]
    ? { [Index in keyof All]: Index extends keyof Args ? OrUndefined<Args[Index], All[Index]> : never }
    : never;

type OrUndefined<Optional, Value> = undefined extends Optional ? Value | undefined : Value;
