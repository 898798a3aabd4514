import type { MutantsOfFile } from '../../mutant.js';
import { access, authCheck, authOption, authProviders, roleCoordinator, roles } from '../../specs.js';

/** Who may use the API, as the options say. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/auth/auth-provider.explorer.ts',
    tests: [access, authProviders],
    mutants: [
      {
        mistake: 'lets an authenticated user without roles do everything',
        find: '?? (this.authenticator && new RoleCoordinator(auth))',
        replace: '?? null',
      },
      {
        mistake: 'leaves the API open in production',
        find: "this.isClosed = auth.choice === 'unset' &&",
        replace: "this.isClosed = auth.choice === 'none' &&",
      },
      {
        mistake: 'closes the API during development',
        find: " && process.env.NODE_ENV === 'production'",
        replace: '',
      },
      {
        mistake: 'takes none for a choice although a module knows users',
        find: "if (choice === 'none' && areAny)",
        replace: "if (choice === 'none' && false)",
      },
    ],
  },
  {
    file: 'lib/auth/auth-provider.faults.ts',
    tests: [access, authProviders],
    mutants: [
      {
        mistake: 'uses the first of two providers of a token',
        find: 'if (names.size === 1) return `',
        replace: 'if (names.size === 1) return null; `',
      },
      {
        mistake: 'opens everything where the provider of the authenticator gives none',
        find: "else if (typeof made?.[method] !== 'function')",
        replace: "else if (made && typeof made[method] !== 'function')",
      },
      {
        mistake: 'overlooks a class that nobody provides',
        find: 'if (!wrapper && !instance) faults.push(',
        replace: 'if (false) faults.push(',
      },
    ],
  },
  {
    file: 'lib/auth/authenticator.chain.ts',
    tests: [authProviders],
    mutants: [
      { mistake: 'asks one only', find: 'if (user) return user;', replace: 'return user;' },
      {
        mistake: 'goes on after an error',
        find: 'await member.authenticate(request);',
        replace: 'await Promise.resolve().then(() => member.authenticate(request)).catch(() => null);',
      },
      { mistake: 'repeats a scheme', find: '[...new Set(members.map(', replace: '[...(members.map(' },
    ],
  },
  {
    file: 'lib/auth/access.decision.ts',
    tests: [authOption],
    mutants: [
      {
        mistake: 'answers although the API is closed',
        find: 'if (isClosed) throw new ApiClosedError();',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/auth/open-route.guard.ts',
    tests: [authOption],
    mutants: [
      {
        mistake: 'closes the readiness that production needs',
        find: "(route === 'readiness' || !this.decision.isClosed)",
        replace: '!this.decision.isClosed',
      },
      {
        mistake: 'shows the description of a closed API',
        find: "(route === 'readiness' || !this.decision.isClosed)",
        replace: 'true',
      },
      {
        mistake: 'opens what the options close',
        find: 'const isOpen = this.options.auth.open.includes(route);',
        replace: 'const isOpen = true;',
      },
    ],
  },
  {
    file: 'lib/auth/tasker.guard.ts',
    tests: [authOption],
    mutants: [
      {
        mistake: 'opens queries of GraphQL with the route of the same operation',
        find: " && context.getType() === 'http'",
        replace: '',
      },
      {
        mistake: 'keeps open routes closed',
        find: 'await (this.isOpen(context)',
        replace: 'await (this.isOpen(context) && asked.key === null',
      },
    ],
  },
  {
    file: 'lib/auth/roles/role.coordinator.ts',
    tests: [roleCoordinator],
    mutants: [
      {
        mistake: 'permits everything in all namespaces to whom nothing is granted',
        find: 'if (namespaces === null) return null;',
        replace: 'if (!namespaces) return null;',
      },
      {
        mistake: 'gives the default roles to users with an empty list',
        find: "checked('roles', roles) ?? this.settings.defaultRoles",
        replace: "(checked('roles', roles)?.length ? checked('roles', roles)! : this.settings.defaultRoles)",
      },
      {
        mistake: 'forgets the namespaces of the user',
        find: 'return limited(grants, limits && new Set(limits));',
        replace: 'return grants;',
      },
      {
        mistake: 'takes a user with no namespaces for one with all',
        find: 'limits && new Set(limits)',
        replace: 'limits?.length ? new Set(limits) : null',
      },
      {
        mistake: 'takes a text for a list of roles',
        find: 'throw new InvalidUserError(`its ${field} must be a list of strings`);',
        replace: 'return null;',
      },
    ],
  },
  {
    file: 'lib/workflow/access/roles.ts',
    tests: [roles],
    mutants: [
      {
        mistake: 'lets a viewer read webhooks',
        find: 'health_status|analytics)',
        replace: 'health_status|analytics|webhook)',
      },
      { mistake: 'forgets the other name of a permission', find: '.flatMap(withAlias)', replace: '' },
      {
        mistake: 'lets an included role count in all namespaces',
        find: 'return limited(united([own, ...includes.map(of)]), namespaces && new Set(namespaces));',
        replace: 'return united([limited(own, namespaces && new Set(namespaces)), ...includes.map(of)]);',
      },
      {
        mistake: 'takes the last of two grants',
        find: 'isFirst ? namespaces : before && namespaces && new Set([...before, ...namespaces])',
        replace: 'namespaces',
      },
      {
        mistake: 'limits nothing that was limited before',
        find: '[...namespaces].filter((each) => to.has(each))',
        replace: '[...namespaces]',
      },
    ],
  },
  {
    file: 'lib/options/auth.check.ts',
    tests: [authCheck],
    mutants: [
      {
        mistake: 'lets a built-in role be changed',
        find: 'if (Object.hasOwn(BUILT_IN_ROLES, name))',
        replace: 'if (false)',
      },
      {
        mistake: 'overlooks a circle of several roles',
        find: 'for (const each of reached) for (const next of includedBy(each)) reached.add(next);',
        replace: '',
      },
      {
        mistake: 'accepts a permission that does not exist',
        find: 'permissionsOf(each).length > 0 ? null : unknownName',
        replace: 'permissionsOf(each).length >= 0 ? null : unknownName',
      },
      { mistake: 'accepts no authenticator at all', find: ' || list.length === 0', replace: '' },
    ],
  },
];
