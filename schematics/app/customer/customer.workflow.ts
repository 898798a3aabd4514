import type { Workflow } from '../workflow';
import { ANNOTATIONS } from './annotations.text';
import { DEFINITION } from './definition.text';
import { DUPLICATES, DUPLICATES_TEST } from './duplicates.text';
import { CHECK_DUPLICATE_USER } from './handlers.text';
import { MODULE } from './module.text';
import { TEMPLATE } from './template.text';
import { TYPES } from './types.text';
import { WORKFLOW_TEST } from './workflow-test.text';

export const CUSTOMER: Workflow = {
  name: 'customer',
  task: 'user_onboarding',
  description: 'hands in the registration of a user, and finds out whether the email or the username is taken',
  example: '{ "email": "new@example.com", "username": "newcomer" }',
  module: 'CustomerModule',
  files: [TEMPLATE, TYPES, DUPLICATES, CHECK_DUPLICATE_USER, ANNOTATIONS, MODULE],
  tests: [DUPLICATES_TEST, WORKFLOW_TEST],
  asksApi: true,
  definition: DEFINITION,
  acceptance: `  {
    task: { namespace: 'customer', name: 'user_onboarding', version: '1.0.1' },
    context: { email: 'admin@example.com', username: 'newcomer' },
    step: 'check_duplicate_user',
    expected: { user_found: true, conflict_type: 'email_conflict' },
  },
`,
};
