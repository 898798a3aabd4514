import type { NewFile } from '../../writing/write.files';

export const RESULTS_OF: NewFile = {
  path: 'src/tasks/results-of.ts',
  text: `import type { EndedStep } from 'nestjs-tasker';

/** The results of the steps of a complete task, by their names. */
export function resultsOf<Results>(steps: readonly EndedStep[]): Results {
  return Object.fromEntries(
    steps.map(({ name, results }) => [name, results]),
  ) as Results;
}
`,
};
