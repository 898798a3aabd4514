import { ProviderMark } from '../options/provider.mark.js';
import type { Authenticator } from '../workflow/access/authenticator.contract.js';
import type { AuthorizationCoordinator } from '../workflow/access/authorization-coordinator.contract.js';

/** The marks that `AuthProviderExplorer` looks for. */
export const AuthenticatorMark = new ProviderMark<true>('authenticator');
export const CoordinatorMark = new ProviderMark<true>('authorization-coordinator');

/**
 * Marks a provider class of any module as the authenticator, in place of the token `TASKER_AUTHENTICATOR`. If several
 * classes are marked, the option `auth.authenticators` must list them in the order in which they are asked; otherwise
 * the application does not start.
 *
 * @example
 * ```ts
 * @Injectable()
 * @TaskerAuthenticator()
 * export class StaffAuthenticator implements Authenticator<Employee> { ... }
 * ```
 */
export function TaskerAuthenticator(): (authenticator: abstract new (...dependencies: never) => Authenticator) => void {
  return (authenticator) => AuthenticatorMark.set(authenticator, true);
}

/**
 * Marks a provider class of any module as the authorization coordinator, in place of the token
 * `TASKER_AUTHORIZATION_COORDINATOR`. With a second one, the application does not start.
 *
 * @example
 * ```ts
 * @Injectable()
 * @TaskerAuthorizationCoordinator()
 * export class StaffCoordinator implements AuthorizationCoordinator<Employee> { ... }
 * ```
 */
export function TaskerAuthorizationCoordinator(): (
  coordinator: abstract new (...dependencies: never) => AuthorizationCoordinator,
) => void {
  return (coordinator) => CoordinatorMark.set(coordinator, true);
}
