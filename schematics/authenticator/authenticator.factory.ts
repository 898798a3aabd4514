import type { Rule } from '@angular-devkit/schematics';
import { classSchematic, type ClassArtefact } from '../writing/class.artefact';
import type { ClassOptions } from '../writing/place.options';
import { API_TOKEN } from './api-token.text';
import { CUSTOM } from './custom.text';
import { JWT, OPENID } from './jwt.text';
import { passport } from './passport.text';

export type AuthenticatorType = 'jwt' | 'openid' | 'api-token' | 'passport' | 'custom';

export interface AuthenticatorOptions extends ClassOptions {
  readonly type?: AuthenticatorType;
  /** Name of the Passport strategy. */
  readonly strategy?: string;
}

/** `authenticator`: identifies the user of a REST or GraphQL request. */
export function authenticator({ type = 'custom', strategy = 'jwt', ...options }: AuthenticatorOptions): Rule {
  const texts = { jwt: JWT, openid: OPENID, 'api-token': API_TOKEN, passport: passport(strategy), custom: CUSTOM };
  const { nextSteps, ...artefact } = texts[type];
  return classSchematic({ ...COMMON, ...artefact, nextSteps: (names) => [...nextSteps(names), ROLES_NEXT] }, options);
}

/** The Nest CLI does not pass on options of a schematic, so each type is also a schematic. */
const ofType =
  (type: AuthenticatorType) =>
  (options: AuthenticatorOptions): Rule =>
    authenticator({ ...options, type });
export const jwtAuthenticator = ofType('jwt');
export const openidAuthenticator = ofType('openid');
export const apiTokenAuthenticator = ofType('api-token');
export const passportAuthenticator = ofType('passport');
export const customAuthenticator = ofType('custom');

const COMMON = {
  what: 'authenticator',
  role: 'authenticator',
  suffix: 'Authenticator',
  provided: { token: 'TASKER_AUTHENTICATOR', mark: 'TaskerAuthenticator' },
} as const satisfies Partial<ClassArtefact>;

/** Without this, the first requests of an authenticated user are refused, and nobody knows why. */
const ROLES_NEXT =
  'Users need roles, such as viewer, operator or admin. Without one, a user may do nothing, unless you provide an authorization coordinator.';
