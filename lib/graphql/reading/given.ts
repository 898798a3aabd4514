/** The fields of an input that have a value. */
export type Given<Input> = { readonly [Field in keyof Input]: NonNullable<Input[Field]> };

/** Removes the fields of an input that are null, which counts as omitted. Nested values are not changed. */
export function given<Input extends object>(input: Input): Given<Input> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)) as Given<Input>;
}

/** The fields of an input in GraphQL, where an optional field may also be null. */
export type Nullable<Input> = {
  readonly [Field in keyof Input]: undefined extends Input[Field] ? Input[Field] | null : Input[Field];
};
