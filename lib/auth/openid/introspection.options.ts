import type { TaskerUser } from '../../workflow/access/authenticator.contract.js';
import { isFields } from '../../workflow/input.checks.js';
import { mustBe, mustBeListOf, mustBeOneOf } from '../../workflow/input.wording.js';
import type { Claims } from '../claims.user.js';
import { CLIENT_AUTHENTICATIONS, type ClientAuthentication } from './client.authentication.js';
import { isSafeUrl } from '../jwt/remote.json.js';
import { isText, isTextOrTexts, isWithin, unknownOptions } from '../option.faults.js';

/** The options of `IntrospectionAuthenticator`; `issuer` or `introspectionUrl` is required. */
export interface IntrospectionOptions {
  /**
   * The URL of the issuer: `https`, or `http` to this machine. It describes where tokens are introspected (OpenID
   * Connect), and is the value of `iss`, if an answer has one.
   */
  readonly issuer?: string;
  /** Where tokens are introspected: `https`, or `http` to this machine. @default as the issuer describes */
  readonly introspectionUrl?: string;
  /** By which the provider knows this application. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** How the secret is sent: as `Authorization: Basic …`, or in the body. @default 'basic' */
  readonly clientAuthentication?: ClientAuthentication;
  /**
   * The values of `aud` that are accepted: names of this application, so that tokens for others are refused. Null
   * accepts every token that the provider calls active.
   */
  readonly audience: string | readonly string[] | null;
  /** Scopes that a token needs. @default [] */
  readonly scopes?: readonly string[];
  /** For how many seconds an answer is used again: 0 to 300, and never after the token expires. @default 10 */
  readonly cacheSeconds?: number;
  /**
   * The user of a token; null for none.
   * @default `sub`, `username` or `client_id` as the id, and the claims `roles` and `namespaces`
   */
  readonly user?: (claims: Readonly<Record<string, unknown>>) => TaskerUser | null;
}

const KNOWN = [
  'issuer',
  'introspectionUrl',
  'clientId',
  'clientSecret',
  'clientAuthentication',
  'audience',
  'scopes',
  'cacheSeconds',
  'user',
] as const satisfies (keyof IntrospectionOptions)[];

/** Every fault of the options, with its path. Values are not quoted, as one of them is a secret. */
export function introspectionFaults(options: IntrospectionOptions): string[] {
  if (!isFields(options)) return [`the options ${mustBe('an object')}`];
  const given: Claims = options;
  const { issuer, introspectionUrl, clientAuthentication = 'basic', audience, scopes, user } = given;
  const faults = unknownOptions(given, KNOWN);
  const fault = (name: string, wrong: boolean, message: string): void => {
    if (wrong) faults.push(`${name} ${message}`);
  };
  const isAnyPlace = issuer !== undefined || introspectionUrl !== undefined;
  if (!isAnyPlace) faults.push('issuer or introspectionUrl is required');
  fault('issuer', issuer !== undefined && !isSafeUrl(issuer), mustBe('an https URL'));
  fault(
    'introspectionUrl',
    introspectionUrl !== undefined && !isSafeUrl(introspectionUrl),
    mustBe('an https URL without a password'),
  );
  for (const name of ['clientId', 'clientSecret'])
    fault(name, !isText(given[name]), mustBe('a string that is not empty'));
  fault(
    'clientAuthentication',
    !CLIENT_AUTHENTICATIONS.includes(clientAuthentication as never),
    mustBeOneOf(CLIENT_AUTHENTICATIONS),
  );
  fault(
    'audience',
    audience !== null && !isTextOrTexts(audience),
    mustBe('a string, a list of strings that is not empty, or null'),
  );
  fault('scopes', scopes !== undefined && !(Array.isArray(scopes) && scopes.every(isText)), mustBeListOf('strings'));
  fault('cacheSeconds', !isWithin(given.cacheSeconds, 0, 300), mustBe('a number from 0 to 300'));
  fault('user', user !== undefined && typeof user !== 'function', mustBe('a function'));
  return faults;
}
