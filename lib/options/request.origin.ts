import { AsyncLocalStorage } from 'node:async_hooks';
import type { AccessFace } from '../workflow/access/authorization-coordinator.contract.js';
import type { Permission } from '../workflow/access/permissions.js';

/** Who requests an operation from outside, and how; for the audit log. */
export interface RequestOrigin {
  /** The id of the operation, such as `cancelTask`. */
  readonly operation: string;
  readonly permission: Permission | null;
  readonly face: AccessFace;
  /** The id of the user; null if the host has no authenticator. */
  readonly actor: string | null;
  readonly roles: readonly string[] | null;
  /** How the user was authenticated; null if unknown. */
  readonly method: string | null;
  /** The id of the token by which the user was authenticated; null if there is none. */
  readonly tokenId: string | null;
  readonly address: string | null;
  readonly correlationId: string | null;
}

const origins = new AsyncLocalStorage<RequestOrigin>();

/** Carries out an operation that was requested from outside. */
export function requestedBy<Result>(origin: RequestOrigin, work: () => Result): Result {
  return origins.run(origin, work);
}

/** The origin of the request that is carried out; undefined for code of the host. */
export function currentOrigin(): RequestOrigin | undefined {
  return origins.getStore();
}
