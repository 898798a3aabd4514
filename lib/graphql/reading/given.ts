/** The fields of an input that have a value. */
export type Given<Input> = { readonly [Field in keyof Input]: NonNullable<Input[Field]> };

/** An input as the engine takes it: what is null counts as left out. Values are not looked into. */
export function given<Input extends object>(input: Input): Given<Input> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)) as Given<Input>;
}

/** The fields of an input as GraphQL gives them: one that may be omitted may be null as well. */
export type Nullable<Input> = {
  readonly [Field in keyof Input]: undefined extends Input[Field] ? Input[Field] | null : Input[Field];
};
