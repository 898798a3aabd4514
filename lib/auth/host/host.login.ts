import { HttpException } from '@nestjs/common';
import type { TaskerUser } from '../../workflow/access/authenticator.contract.js';
import { AuthUnavailableError } from '../auth.errors.js';
import { askDetached } from './detached.request.js';

const SERVER_ERRORS = 500;
const OUTAGE = 503;

/** How the account that the application knows becomes the user of a request. */
export interface HostLoginOptions<Account> {
  /**
   * Makes the user from the account, or null if the account is none that may use the API.
   * @default the account itself, which then needs an `id`, and may have the other fields of a `TaskerUser`
   */
  readonly user?: (account: Account) => TaskerUser | null | Promise<TaskerUser | null>;
  /** The authentication scheme in `WWW-Authenticate`. @default 'Bearer' */
  readonly scheme?: string;
}

/**
 * The user whose account the application's own code finds; null if it finds none.
 * @param findAccount gets a request and a response of its own
 * @throws AuthUnavailableError for an HttpException with status 503, and every error that is not an HttpException
 */
export async function loginByHost<Account>(
  request: unknown,
  { user }: HostLoginOptions<Account>,
  findAccount: (request: object, response: object) => Promise<unknown>,
): Promise<TaskerUser | null> {
  try {
    const account = await askDetached(request as object, findAccount);
    if (!account) return null;
    return user ? await user(account as Account) : (account as TaskerUser); // its id is checked as for every authenticator
  } catch (error) {
    return refusal(error);
  }
}

/**
 * Guards and strategies refuse credentials with whatever status suits their own routes, 403 and 404 included. None of
 * these says that the user lacks a permission of the engine.
 */
function refusal(error: unknown): null {
  if (!(error instanceof HttpException)) throw error;
  const status = error.getStatus();
  if (status === OUTAGE) throw new AuthUnavailableError(error.message, { cause: error });
  if (status >= SERVER_ERRORS) throw error;
  return null;
}
