/** A part of `src/task-templates.ts`, as `npx nestjs-tasker types` writes it. */
export const DEFINITION = `export type UserOnboardingContext = {
  readonly email: string;
  readonly username: string;
  readonly firstName?: string;
  readonly lastName?: string;
};

/** Registers a user, and finds out whether there is one already */
export const userOnboarding = defineTask({
  namespace: 'customer',
  name: 'user_onboarding',
  version: '1.0.1',
  context: type<UserOnboardingContext>(),
})
  .step('validate_registration_data', {
    http: { url: '\${API_BASE_URL}/users/add' },
    returns: type<{
      status: number;
      headers: Readonly<Record<string, string>>;
      body: JsonValue;
    }>(),
  })
  .step('check_duplicate_user', {
    handler: 'customer.check_duplicate_user',
    dependsOn: ['validate_registration_data'],
  });
`;
