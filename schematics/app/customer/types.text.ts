import type { NewFile } from '../../writing/write.files';

export const TYPES: NewFile = {
  path: 'src/customer/user-onboarding.types.ts',
  text: `import type { StepContext } from 'nestjs-tasker';
import type { UserOnboardingContext } from '../task-templates.js';

/** The results of each step. */
export interface OnboardingResults {
  readonly validate_registration_data: {
    readonly body: { readonly id: number };
  };
  readonly check_duplicate_user: DuplicateCheck;
}

/** The context of a step that depends on these. */
export type OnboardingStep<Parents extends keyof OnboardingResults = never> =
  StepContext<UserOnboardingContext, Pick<OnboardingResults, Parents>>;

export type DuplicateCheck =
  | { readonly user_found: false }
  | {
      readonly user_found: true;
      readonly user_id: number;
      readonly conflict_type: 'email_conflict' | 'username_conflict';
    };

/** The API's format. */
export interface User {
  readonly id: number;
  readonly email: string;
  readonly username: string;
}
`,
};
