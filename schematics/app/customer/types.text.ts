import type { NewFile } from '../../writing/write.files';

export const TYPES: NewFile = {
  path: 'src/customer/user-onboarding.types.ts',
  text: `import type { StepContext } from 'nestjs-tasker';
import type { UserOnboardingContext } from '../task-templates.js';

/** What each step results in. */
export interface OnboardingResults {
  readonly validate_registration_data: {
    readonly body: { readonly id: number };
  };
  readonly check_duplicate_user: DuplicateCheck;
}

/** What a step is given that depends on these. */
export type OnboardingStep<Parents extends keyof OnboardingResults = never> =
  StepContext<UserOnboardingContext, Pick<OnboardingResults, Parents>>;

export type DuplicateCheck =
  | { readonly user_found: false }
  | {
      readonly user_found: true;
      readonly user_id: number;
      readonly conflict_type: 'email_conflict' | 'username_conflict';
    };

/** As the API has it. */
export interface User {
  readonly id: number;
  readonly email: string;
  readonly username: string;
}
`,
};
