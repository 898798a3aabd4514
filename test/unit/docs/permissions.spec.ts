import { describe, expect, it } from '@jest/globals';
import { RequireAlso, RequirePermission } from '../../../lib/auth/require-permission.decorator.js';
import { RESOLVERS } from '../../../lib/graphql/resolvers.js';
import { OPERATIONS } from '../../../lib/rest/openapi/operations.js';
import { permissionsPage } from '../../../scripts/permissions.mjs';
import { read } from './pages.js';

describe('the page of permissions', () => {
  it('has what every operation declares: otherwise run `npm run schemas`', async () => {
    const controllers = OPERATIONS.map(({ controller }) => controller);
    const declarations = { controllers, resolvers: RESOLVERS, marks: { RequirePermission, RequireAlso } };
    expect(read('docs/permissions.md')).toBe(await permissionsPage(declarations));
  });
});
