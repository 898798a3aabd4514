import type { NewFile } from '../../writing/write.files';

export const DUPLICATES: NewFile = {
  path: 'src/customer/duplicates.ts',
  text: `import type { DuplicateCheck, User } from './user-onboarding.types.js';

/** Finds the user with this email or, failing that, this username; case is ignored. */
export function duplicateAmong(
  users: readonly User[],
  wanted: Pick<User, 'email' | 'username'>,
): DuplicateCheck {
  const sameEmail = users.find(({ email }) => isSame(email, wanted.email));
  if (sameEmail !== undefined)
    return {
      user_found: true,
      user_id: sameEmail.id,
      conflict_type: 'email_conflict',
    };
  const sameName = users.find(({ username }) =>
    isSame(username, wanted.username),
  );
  if (sameName !== undefined)
    return {
      user_found: true,
      user_id: sameName.id,
      conflict_type: 'username_conflict',
    };
  return { user_found: false };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
`,
};

export const DUPLICATES_TEST: NewFile = {
  path: 'src/customer/duplicates.spec.ts',
  text: `import { describe, expect, it } from 'vitest';
import { duplicateAmong } from './duplicates.js';

const USERS = [
  { id: 1, email: 'admin@example.com', username: 'admin' },
  { id: 2, email: 'test@example.com', username: 'testuser' },
];

describe('a registration', () => {
  it('is a duplicate by its email', () => {
    expect(
      duplicateAmong(USERS, {
        email: 'Test@example.com',
        username: 'somebody',
      }),
    ).toEqual({
      user_found: true,
      user_id: 2,
      conflict_type: 'email_conflict',
    });
  });

  it('is a duplicate by its username', () => {
    expect(
      duplicateAmong(USERS, { email: 'new@example.com', username: 'admin' }),
    ).toEqual({
      user_found: true,
      user_id: 1,
      conflict_type: 'username_conflict',
    });
  });

  it('is new otherwise', () => {
    expect(
      duplicateAmong(USERS, { email: 'new@example.com', username: 'newcomer' }),
    ).toEqual({ user_found: false });
  });
});
`,
};
