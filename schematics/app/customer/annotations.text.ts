import type { NewFile } from '../../writing/write.files';

export const ANNOTATIONS: NewFile = {
  path: 'src/customer/user-onboarding.tasks.ts',
  text: `import { Injectable } from '@nestjs/common';
import {
  TaskHandler,
  type EndedStep,
  type EndedTask,
  type NewAnnotation,
} from 'nestjs-tasker';
import { resultsOf } from '../tasks/results-of.js';
import type { OnboardingResults } from './user-onboarding.types.js';

/** Stores whether the user was new, so that the task can be found by it. */
@Injectable()
@TaskHandler({ namespace: 'customer', name: 'user_onboarding' })
export class UserOnboardingTasks {
  updateAnnotations(
    { state }: EndedTask,
    steps: readonly EndedStep[],
  ): NewAnnotation[] {
    if (state !== 'complete') return [];
    const { check_duplicate_user: duplicate } =
      resultsOf<OnboardingResults>(steps);
    return [{ type: 'duplicate', annotation: { ...duplicate } }];
  }
}
`,
};
