import { describe, expect, it } from '@jest/globals';
import { RequireAlso, RequirePermission } from '../../../lib/auth/require-permission.decorator.js';
import { RESOLVERS } from '../../../lib/graphql/resolvers.js';
import { OPERATIONS } from '../../../lib/rest/openapi/operations.js';
import { declaredRoutes, permissionsPage } from '../../../scripts/permissions.mjs';
import { read } from './pages.js';

const controllers = OPERATIONS.map(({ controller }) => controller);
const declarations = { controllers, resolvers: RESOLVERS, marks: { RequirePermission, RequireAlso } };

describe('the page of permissions', () => {
  it('has what every operation declares: otherwise run `npm run schemas`', async () => {
    expect(read('docs/permissions.md')).toBe(await permissionsPage(declarations));
  });
});

describe('the description of a route in OpenAPI', () => {
  const { paths } = JSON.parse(read('docs/openapi.json')) as {
    paths: Record<string, Record<string, { description?: string }>>;
  };

  it.each(declaredRoutes(declarations))('names the permissions of $verb $path', ({ path, verb, permission, also }) => {
    const { description = '' } = paths[path.replaceAll(/:(\w+)/g, '{$1}')]![verb]!;
    const named = [...description.matchAll(/`(tasker[\w.:]+)`/g)].map(([, name]) => name);
    expect(named).toEqual(permission === null ? [] : [permission, ...also]);
  });
});
