import type { NewFile } from '../../writing/write.files';

export const MODULE: NewFile = {
  path: 'src/customer/customer.module.ts',
  text: `import { Module } from '@nestjs/common';
import { CheckDuplicateUserHandler } from './check-duplicate-user.handler.js';
import { UserOnboardingTasks } from './user-onboarding.tasks.js';

@Module({ providers: [CheckDuplicateUserHandler, UserOnboardingTasks] })
export class CustomerModule {}
`,
};
