import { isFields, textProblem, textsProblems } from '../workflow/input.checks.js';
import { isUnknownField, mustBe, mustBeListOf, mustBeListOfSome } from '../workflow/input.wording.js';
import { unknownName } from '../workflow/near.name.js';
import { PERMISSIONS } from '../workflow/access/permissions.js';
import { BUILT_IN_ROLES, permissionsOf } from '../workflow/access/roles.js';
import { OPEN_ROUTES, type AuthOption, type AuthOptions } from './auth.options.js';

type Values = Readonly<Record<string, unknown>>;

const ROLE_FIELDS = ['permissions', 'includes', 'namespaces'];
const KNOWN = [
  'authenticators',
  'coordinator',
  'roles',
  'defaultRoles',
  'open',
] as const satisfies (keyof AuthOptions)[];

/** The problems of the option `auth`, each with its path. Types are checked too, as options may come from JavaScript. */
export function authProblems(auth: AuthOption | undefined): string[] {
  if (auth === undefined || auth === 'none') return [];
  if (!isFields(auth)) return [`auth ${mustBe("'none' or an object")}`];
  const { authenticators, coordinator, roles, defaultRoles, open } = auth;
  const known = rolesIn(roles);
  return [
    ...unknownFields('auth', auth, KNOWN, 'option'),
    ...providers('auth.authenticators', authenticators, 'authenticate'),
    ...(coordinator === undefined || coordinator === null ? [] : provider('auth.coordinator', coordinator, 'may')),
    ...(roles === undefined || isFields(roles) ? [] : [`auth.roles ${mustBe('an object')}`]),
    ...Object.entries(isFields(roles) ? roles : {}).flatMap(([name, role]) => roleProblems(name, role, known)),
    ...cycles(isFields(roles) ? roles : {}),
    ...roleNames('auth.defaultRoles', defaultRoles, known),
    ...(open === undefined || isListOf(open, OPEN_ROUTES) ? [] : [`auth.open ${mustBeListOfSome(OPEN_ROUTES)}`]),
  ];
}

function rolesIn(roles: unknown): readonly string[] {
  return [...Object.keys(BUILT_IN_ROLES), ...Object.keys(isFields(roles) ? roles : {})];
}

function providers(path: string, list: unknown, method: string): string[] {
  if (list === undefined) return [];
  if (!Array.isArray(list) || list.length === 0) return [`${path} ${mustBeListOf('at least one authenticator')}`];
  return list.flatMap((each: unknown, index) => provider(`${path}[${index}]`, each, method));
}

/** A class is looked up among the providers at start. */
function provider(path: string, given: unknown, method: string): string[] {
  if (typeof given === 'function' || (isFields(given) && typeof given[method] === 'function')) return [];
  return [`${path} ${mustBe(`the class of a provider, or an object with a method ${method}()`)}`];
}

function roleProblems(name: string, role: unknown, known: readonly string[]): string[] {
  const path = `auth.roles[${JSON.stringify(name)}]`;
  const problem = textProblem('', name);
  if (name === '' || problem) return [`${path}: the name of a role must have 1 to 128 characters`];
  if (Object.hasOwn(BUILT_IN_ROLES, name)) return [`${path} is built in, and cannot be changed; choose another name`];
  if (!isFields(role)) return [`${path} ${mustBe('an object')}`];
  const { permissions, includes, namespaces } = role;
  return [
    ...unknownFields(path, role, ROLE_FIELDS, 'field'),
    ...texts(`${path}.permissions`, permissions, (each) =>
      permissionsOf(each).length > 0 ? null : unknownName('permission', each, PERMISSIONS),
    ),
    ...roleNames(`${path}.includes`, includes, known),
    ...(namespaces === undefined || namespaces === null ? [] : texts(`${path}.namespaces`, namespaces, () => null)),
  ];
}

function roleNames(path: string, names: unknown, known: readonly string[]): string[] {
  return texts(path, names, (each) => (known.includes(each) ? null : unknownName('role', each, known)));
}

function texts(path: string, list: unknown, faultOf: (each: string) => string | null): string[] {
  if (list === undefined) return [];
  const problem = textsProblems('', list).find((each) => each !== null);
  if (problem) return [`${path}${problem.pointer.replaceAll(/\/(\d+)/g, '[$1]')} ${problem.message}`];
  return (list as readonly string[]).flatMap((each, index) => {
    const fault = faultOf(each);
    return fault === null ? [] : [`${path}[${index}]: ${fault}`];
  });
}

/** A role that includes itself, by way of others or not, would grant whatever those do. */
function cycles(roles: Values): string[] {
  const includedBy = (name: string): readonly string[] => {
    const { includes } = (roles[name] ?? {}) as { readonly includes?: unknown };
    return Array.isArray(includes) ? includes.filter((each) => typeof each === 'string') : [];
  };
  return Object.keys(roles).flatMap((name) => {
    const reached = new Set(includedBy(name));
    for (const each of reached) for (const next of includedBy(each)) reached.add(next);
    return reached.has(name) ? [`auth.roles[${JSON.stringify(name)}].includes leads back to the role itself`] : [];
  });
}

export function unknownFields(path: string, given: object, known: readonly string[], what: string): string[] {
  return Object.keys(given)
    .filter((field) => !known.includes(field))
    .map((field) => `${path}.${field} ${isUnknownField(field, known, what)}`);
}

function isListOf(value: unknown, allowed: readonly string[]): boolean {
  return Array.isArray(value) && value.every((each) => allowed.includes(each as string));
}
