import type { Rule } from '@angular-devkit/schematics';
import { classSchematic, type ClassArtefact } from '../writing/class.artefact';
import type { ClassOptions } from '../writing/place.options';
import { Refusal } from '../writing/refusal';
import { API_TOKEN } from './api-token.text';
import { CUSTOM } from './custom.text';
import { JWT } from './jwt.text';
import { passport } from './passport.text';

export type AuthenticatorType = 'jwt' | 'api-token' | 'passport' | 'custom';

export interface AuthenticatorOptions extends ClassOptions {
  readonly type?: AuthenticatorType;
  /** Name of the Passport strategy. */
  readonly strategy?: string;
}

/** `authenticator`: identifies the user of a REST or GraphQL request. */
export function authenticator({ type = 'custom', ...options }: AuthenticatorOptions): Rule {
  return classSchematic(artefactOf(type, options), options);
}

/** The Nest CLI does not pass on options of a schematic, so each type is also a schematic. */
export const jwtAuthenticator = (options: AuthenticatorOptions): Rule => authenticator({ ...options, type: 'jwt' });
export const apiTokenAuthenticator = (options: AuthenticatorOptions): Rule =>
  authenticator({ ...options, type: 'api-token' });
export const passportAuthenticator = (options: AuthenticatorOptions): Rule =>
  authenticator({ ...options, type: 'passport' });
export const customAuthenticator = (options: AuthenticatorOptions): Rule =>
  authenticator({ ...options, type: 'custom' });

function artefactOf(type: AuthenticatorType, { strategy = 'jwt' }: AuthenticatorOptions): ClassArtefact {
  const head = {
    what: 'authenticator',
    role: 'authenticator',
    suffix: 'Authenticator',
    token: 'TASKER_AUTHENTICATOR',
  } as const;
  if (type !== 'passport') return { ...head, ...{ jwt: JWT, 'api-token': API_TOKEN, custom: CUSTOM }[type] };
  if (!/^[\w.-]+$/.test(strategy)) {
    throw new Refusal(`"${strategy}" cannot name a Passport strategy: use letters, digits, "-", "_" and ".".`);
  }
  return { ...head, ...passport(strategy) };
}
