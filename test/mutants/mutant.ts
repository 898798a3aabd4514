/** One mistake that a person could make in one place of the code, and the tests that must notice it. */
export interface Mutant {
  /** What is wrong with the code then, in one clause: "starts a step past its deadline". */
  readonly mistake: string;
  /** Exact text of the file, which occurs in it once. */
  readonly find: string;
  readonly replace: string;
  /** Paths of test files, or their beginnings, relative to `test/`; those of the file if there are none. Those of the room follow. */
  readonly tests?: readonly string[];
  /** Why no test can tell the mutant from the code. Such a mutant does not count; if a test fails, it is not equivalent. */
  readonly equivalent?: string;
}

/** The mutants of one file. */
export interface MutantsOfFile {
  /** Relative to the root of the project. */
  readonly file: string;
  readonly tests: readonly string[];
  readonly mutants: readonly Mutant[];
}

/** A mutant with all that a run needs to know. */
export interface ListedMutant extends Required<Omit<Mutant, 'equivalent'>> {
  /** Room, list and place in the list: `sql/claim_steps#2`. */
  readonly id: string;
  readonly room: string;
  readonly file: string;
  readonly equivalent: string | undefined;
}
