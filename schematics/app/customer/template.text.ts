import type { NewFile } from '../../writing/write.files';

export const TEMPLATE: NewFile = {
  path: 'config/tasker/tasks/customer/user_onboarding.yaml',
  text: `# yaml-language-server: $schema=../../../../node_modules/nestjs-tasker/schemas/task-template.schema.json
name: user_onboarding
namespace_name: customer
version: 1.0.1
description: Registers a user, and finds out whether there is one already
default_dependent_system: customer_system

schema:
  type: object
  required: [email, username]
  properties:
    email: { type: string, format: email }
    username: { type: string, minLength: 1 }
    firstName: { type: string, default: '' }
    lastName: { type: string, default: '' }

step_templates:
  - name: validate_registration_data
    description: Hands the registration in
    http:
      method: POST
      url: \${API_BASE_URL}/users/add
      body:
        email: '{{ context.email }}'
        username: '{{ context.username }}'
        firstName: '{{ context.firstName }}'
        lastName: '{{ context.lastName }}'

  - name: check_duplicate_user
    description: Looks for a user with the same email or username
    handler: customer.check_duplicate_user
    depends_on: validate_registration_data

environments:
  development:
    step_templates:
      - { name: check_duplicate_user, handler_config: { debug: true } }
  production: {}
`,
};
