/**
 * How much a test does that tries values or orders at random, or piles up rows: enough to notice in `npm test`, and as much as it
 * takes to find what is rare in `npm run acceptance -- random`, which runs the files that import this one.
 */
export const amount = ({ short, full }: { readonly short: number; readonly full: number }): number =>
  process.env.TASKER_TESTS_IN_FULL === undefined ? short : full;
