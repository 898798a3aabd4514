/** Stands for a value that an answer has no room for (option `database.maxReadBytes`), with nothing else beside it. */
export interface OmittedValue {
  readonly $omitted: {
    /** As the database stores it, perhaps compressed. */
    readonly storedBytes: number;
    readonly reason: string;
  };
}

/** Whether a context, results, an annotation or the context of an error was left out of the answer that it came with. */
export function isOmitted(value: unknown): boolean {
  const { $omitted: omitted } = (value ?? {}) as { readonly $omitted?: Partial<OmittedValue['$omitted']> };
  return typeof omitted?.storedBytes === 'number' && Object.keys(value as object).length === 1;
}
