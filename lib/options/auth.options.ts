import type { Type } from '@nestjs/common';
import type { Authenticator } from '../workflow/access/authenticator.contract.js';
import type { AuthorizationCoordinator } from '../workflow/access/authorization-coordinator.contract.js';
import type { RoleDefinitions } from '../workflow/access/roles.js';

/** The routes that need no user if the option `auth.open` names them. Liveness never needs one. */
export const OPEN_ROUTES = ['readiness', 'status', 'analytics', 'openapi', 'dashboard'] as const;
/** One of `OPEN_ROUTES`. */
export type OpenRoute = (typeof OPEN_ROUTES)[number];

/** Who may use the API, and for what. */
export interface AuthOptions {
  /**
   * Identify the user of a request: instances, or classes of providers of any module. The first that knows the user
   * counts. Without any, the provider of `TASKER_AUTHENTICATOR` does.
   * @default []
   */
  readonly authenticators?: readonly (Authenticator | Type<Authenticator>)[];
  /**
   * Decides what a user may do: an instance, or the class of a provider of any module. If null, the provider of
   * `TASKER_AUTHORIZATION_COORDINATOR` decides, or else the roles of the user.
   * @default null
   */
  readonly coordinator?: AuthorizationCoordinator | Type<AuthorizationCoordinator> | null;
  /** Roles in addition to `viewer`, `operator` and `admin`, by name. @default {} */
  readonly roles?: RoleDefinitions;
  /** The roles of users whose authenticator names none. Without any, such users may do nothing. @default [] */
  readonly defaultRoles?: readonly string[];
  /** The routes that need no user. @default ["readiness","openapi","dashboard"] */
  readonly open?: readonly OpenRoute[];
}

/** `'none'`: anyone who can reach the API may do anything. */
export type AuthOption = AuthOptions | 'none';
