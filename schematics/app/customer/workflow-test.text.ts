import type { NewFile } from '../../writing/write.files';

export const WORKFLOW_TEST: NewFile = {
  path: 'src/customer/user-onboarding.spec.ts',
  text: `import { afterAll, describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/test.app.js';
import {
  userOnboarding,
  type UserOnboardingContext,
} from '../task-templates.js';

const app = await openTestApp();
afterAll(() => app.close());

describe('customer/user_onboarding', () => {
  const register = async (context: UserOnboardingContext) =>
    app.run(await app.tasks.start(userOnboarding, { context }));

  it('takes a new user on', async () => {
    const { task, results } = await register({
      email: 'new@example.com',
      username: 'newcomer',
    });

    expect(task.state).toBe('complete');
    expect(results).toMatchObject({
      validate_registration_data: {
        status: 201,
        body: { email: 'new@example.com', firstName: '' },
      },
      check_duplicate_user: { user_found: false },
    });
  });

  it('finds the user who has the email already', async () => {
    const { results } = await register({
      email: 'admin@example.com',
      username: 'newcomer',
    });

    expect(results.check_duplicate_user).toEqual({
      user_found: true,
      user_id: 1,
      conflict_type: 'email_conflict',
    });
  });

  it('does not start without an email that is one', async () => {
    await expect(
      register({ email: 'nobody', username: 'newcomer' }),
    ).rejects.toThrow('email');
  });
});
`,
};
