import type { TaskerUser } from '../../workflow/access/authenticator.contract.js';
import { isFields } from '../../workflow/input.checks.js';
import { mustBe, mustBeBetween, mustBeListOf, mustBeOneOf } from '../../workflow/input.wording.js';
import type { Claims } from '../claims.user.js';
import { isSafeUrl } from '../jwt/remote.json.js';
import { isText, unknownOptions } from '../option.faults.js';
import { CLIENT_AUTHENTICATIONS, type ClientAuthentication } from './client.authentication.js';

/** The end of the address to which a provider sends the browser back. */
export const CALLBACK = '/dashboard/login/callback';
const LEAST_SECRET_BYTES = 32;
const [LEAST_SECONDS, MOST_SECONDS] = [60, 604_800];

/** The options of `LoginAuthenticator`. */
export interface LoginOptions {
  /** The URL of the provider of OpenID Connect: `https`, or `http` to this machine. It describes itself. */
  readonly issuer: string;
  /** By which the provider knows this application. */
  readonly clientId: string;
  /** @default none, for a public client */
  readonly clientSecret?: string;
  /** How the secret is sent: as `Authorization: Basic …`, or in the body. @default 'basic' */
  readonly clientAuthentication?: ClientAuthentication;
  /**
   * The address of the dashboard as browsers see it, and `/login/callback`, such as
   * `https://example.com/tasker/dashboard/login/callback`. Register it at the provider. `https`, or `http` to this machine.
   */
  readonly redirectUri: string;
  /** The scopes to ask for, among them `openid`. @default ['openid'] */
  readonly scopes?: readonly string[];
  /** The secret that encrypts the cookies, at least 32 bytes, the same in all processes. A string is encoded in UTF-8. */
  readonly sessionSecret: string | Uint8Array;
  /** How long a user stays logged in, in seconds: 60 to 604,800. @default 28_800 (8 hours) */
  readonly sessionSeconds?: number;
  /** The user of an ID token; null for none. @default the subject as the id, and the claims `roles` and `namespaces` */
  readonly user?: (claims: Readonly<Record<string, unknown>>) => TaskerUser | null;
}

const KNOWN = [
  'issuer',
  'clientId',
  'clientSecret',
  'clientAuthentication',
  'redirectUri',
  'scopes',
  'sessionSecret',
  'sessionSeconds',
  'user',
] as const satisfies (keyof LoginOptions)[];

/** Every fault of the options, with its path. Values are not quoted, as some are secrets. */
export function loginFaults(options: LoginOptions): string[] {
  if (!isFields(options)) return [`the options ${mustBe('an object')}`];
  const given: Claims = options;
  const { clientSecret, clientAuthentication = 'basic', redirectUri, scopes = ['openid'], user } = given;
  const { sessionSeconds = LEAST_SECONDS } = given;
  const faults = unknownOptions(given, KNOWN);
  const fault = (name: keyof LoginOptions, wrong: boolean, message: string): void => {
    if (wrong) faults.push(`${name} ${message}`);
  };
  fault('issuer', !isSafeUrl(given.issuer), mustBe('an https URL'));
  fault('clientId', !isText(given.clientId), mustBe('a string that is not empty'));
  fault('clientSecret', clientSecret !== undefined && !isText(clientSecret), mustBe('a string that is not empty'));
  const isKnownWay = CLIENT_AUTHENTICATIONS.includes(clientAuthentication as ClientAuthentication);
  fault('clientAuthentication', !isKnownWay, mustBeOneOf(CLIENT_AUTHENTICATIONS));
  fault('redirectUri', !isCallback(redirectUri), mustBe(`an https URL that ends with ${CALLBACK}`));
  const areScopes = Array.isArray(scopes) && scopes.every(isText) && scopes.includes('openid');
  fault('scopes', !areScopes, mustBeListOf('strings that has openid'));
  fault('sessionSecret', bytesOf(given.sessionSecret) < LEAST_SECRET_BYTES, 'must have at least 32 bytes');
  const isTime = Number.isInteger(sessionSeconds) && isBetween(sessionSeconds as number);
  fault('sessionSeconds', !isTime, mustBeBetween(LEAST_SECONDS, MOST_SECONDS, 'a whole number'));
  fault('user', user !== undefined && typeof user !== 'function', mustBe('a function'));
  return faults;
}

function isCallback(value: unknown): boolean {
  if (!isSafeUrl(value)) return false;
  const { pathname, search, hash } = new URL(value);
  return pathname.endsWith(CALLBACK) && search === '' && hash === '';
}

function bytesOf(secret: unknown): number {
  if (typeof secret === 'string') return Buffer.byteLength(secret);
  return secret instanceof Uint8Array ? secret.length : 0;
}

const isBetween = (seconds: number): boolean => seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS;
