import TestSequencer from '@jest/test-sequencer';

/** Takes by far the longest, and is a small file: what it runs lies beside it. */
const LONGEST = /chaos[\\/]storm\.spec\.ts$/;

/**
 * Jest goes by how long a file took the last time, and in a fresh clone by its size. That would leave the longest to run alone at
 * the end.
 */
export default class LongestFirstSequencer extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isLongest = ({ path }) => LONGEST.test(path);
    return [...sorted.filter(isLongest), ...sorted.filter((test) => !isLongest(test))];
  }
}
