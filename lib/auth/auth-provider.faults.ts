import type { ProviderWrapper } from '../options/provider.mark.js';
import { listNames } from '../workflow/near.name.js';

type Kind = 'authenticator' | 'coordinator';

/** An authenticator or coordinator that a module provides. */
export interface Provided {
  readonly name: string;
  readonly wrapper: ProviderWrapper;
}

/** An authenticator or coordinator that somebody chose. Without a wrapper and an instance, no module provides it. */
export interface Chosen extends Partial<Provided> {
  readonly name: string;
  readonly instance?: object;
}

/** The fault of providers that stand beside those of the option; null if there are none. */
export function besideTheOption(kind: Kind, others: readonly Provided[]): string | null {
  if (others.length === 0) return null;
  const isAuthenticator = kind === 'authenticator';
  const names = listNames(new Set(others.map(({ name }) => name)));
  const advice = isAuthenticator
    ? 'keep one of the two, or list the class in auth.authenticators'
    : 'keep one of the two';
  return `the option auth names ${isAuthenticator ? 'an' : 'a'} ${kind}, but a module provides ${names} as well; ${advice}`;
}

/** The fault of several providers without an option that chooses among them; null if it is one at most. */
export function tooMany(kind: Kind, provided: readonly Provided[]): string | null {
  if (provided.length < 2) return null;
  const names = new Set(provided.map(({ name }) => name));
  if (names.size === 1) return `${listNames(names)} is provided by more than one module; provide it once`;
  return kind === 'coordinator'
    ? `there is more than one coordinator: ${listNames(names)}; keep one`
    : `there is more than one authenticator: ${listNames(names)}; list the classes in auth.authenticators, in the order in which they are asked`;
}

/** The instance, or null. Adds a fault if it cannot be used. */
export function usable({ name, wrapper, instance }: Chosen, method: string, faults: string[]): object | null {
  if (wrapper?.isDependencyTreeStatic() === false) {
    faults.push(
      `${name} is request-scoped; remove its scope, because the request is passed to ${method}() as an argument`,
    );
    return null;
  }
  if (wrapper?.isTransient) {
    faults.push(`${name} is transient, so Nest would never instantiate it; remove its scope`);
    return null;
  }
  const made = (instance ?? wrapper?.instance) as Readonly<Record<string, unknown>> | null | undefined;
  if (!wrapper && !instance) faults.push(`${name} is not a provider of any module; add it to the providers of one`);
  else if (typeof made?.[method] !== 'function') faults.push(`${name} has no method ${method}()`);
  return made ?? null;
}
