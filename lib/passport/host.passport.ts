import { PassportSerializer } from '@nestjs/passport';

/** The result of a strategy: it calls exactly one of these methods of `this`. */
export interface StrategyActions {
  success(user: unknown): void;
  fail(challenge?: unknown, status?: number): void;
  pass(): void;
  redirect(url: string, status?: number): void;
  error(error: unknown): void;
}

export interface PassportStrategy {
  authenticate(request: object, options: object): unknown;
}

interface Passport {
  /** Private to Passport, but the same in all its versions; there is no other way to know the names. */
  readonly _strategies: Readonly<Record<string, PassportStrategy>>;
  use(name: string, strategy: object): unknown;
}

/** The instance that the strategies and guards of `@nestjs/passport` use, and that alone: a second copy would know none. */
export function hostPassport(): Passport {
  return PassportSerializer.prototype.getPassportInstance() as unknown as Passport;
}
