import type { CanActivate, Type } from '@nestjs/common';

/** The same in every copy of this package. */
export const CONNECT = Symbol.for('nestjs-tasker.connect');

/** Returns a guard, or the provider of its class; null with a fault that was noted if there is none. */
export type FindGuard = (guard: CanActivate | Type<CanActivate>) => CanActivate | null;

/** An authenticator that needs something of the application. */
interface ConnectedAuthenticator {
  /** Called at start, when all providers exist. Faults that it notes stop the start. */
  [CONNECT](findGuard: FindGuard, faults: string[]): void;
}

/** Whether an authenticator needs something of the application. */
export function isConnected(authenticator: object): authenticator is ConnectedAuthenticator {
  return CONNECT in authenticator;
}
