import type { NewFile } from '../../writing/write.files';

export const CHECK_DUPLICATE_USER: NewFile = {
  path: 'src/customer/check-duplicate-user.handler.ts',
  text: `import { Injectable } from '@nestjs/common';
import { StepHandler } from 'nestjs-tasker';
import { getJson } from '../api/get-json.js';
import { Settings } from '../settings.module.js';
import { duplicateAmong } from './duplicates.js';
import type {
  DuplicateCheck,
  OnboardingStep,
  User,
} from './user-onboarding.types.js';

@Injectable()
@StepHandler('customer.check_duplicate_user')
export class CheckDuplicateUserHandler {
  constructor(private readonly settings: Settings) {}

  async process({
    task,
    config,
    signal,
    log,
  }: OnboardingStep): Promise<DuplicateCheck> {
    const { email, username } = task.context;
    const found = await Promise.all(
      [email, username].map((text) => this.search(text, signal)),
    );
    const users = found.flat();
    if (config.debug === true) log.info(\`compares with \${users.length} users\`);
    return duplicateAmong(users, { email, username });
  }

  private async search(
    text: string,
    signal: AbortSignal,
  ): Promise<readonly User[]> {
    const url = \`\${this.settings.apiBaseUrl}/users/search?q=\${encodeURIComponent(text)}\`;
    return (await getJson<{ users: User[] }>(url, signal)).users;
  }
}
`,
};
