/** Stands for a value that was omitted because the answer had no room for it (option `database.maxReadBytes`). */
export interface OmittedValue {
  readonly $omitted: {
    /** The size in the database, possibly compressed. */
    readonly storedBytes: number;
    readonly reason: string;
  };
}

/** Whether a context, results, an annotation or the context of an error was omitted from its answer. */
export function isOmitted(value: unknown): boolean {
  const { $omitted: omitted } = (value ?? {}) as { readonly $omitted?: Partial<OmittedValue['$omitted']> };
  return typeof omitted?.storedBytes === 'number' && Object.keys(value as object).length === 1;
}
