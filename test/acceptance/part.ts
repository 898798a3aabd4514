export interface PartInput {
  /** Folder for all that is made; it is removed at the end. */
  readonly workspace: string;
  /** The packed package. */
  readonly tarball: string;
  /** Choose what of the part is run; all without any. */
  readonly words: readonly string[];
}

/** Runs a part of the acceptance, prints its table, and answers whether all is as it should be. */
export type Part = (input: PartInput) => Promise<boolean>;
