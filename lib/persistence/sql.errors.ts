import { UnknownNamedTaskError } from './persistence.errors.js';

/** The SQLSTATEs that our functions raise, and the class each stands for. */
const CLASSES: Readonly<Record<string, new (message: string, options: ErrorOptions) => Error>> = {
  TK001: UnknownNamedTaskError,
};

/**
 * SQLSTATE classes by which the database refuses what it was told: data exceptions, violated constraints, exceeded limits,
 * errors raised by functions and triggers.
 */
const REFUSAL = /^(22|23|44|54|P0)...$/;

export function translateError(error: unknown): unknown {
  const Translated = CLASSES[codeOf(error)];
  return Translated ? new Translated((error as Error).message, { cause: error }) : error;
}

/**
 * Whether the same statement would be refused again whenever it is tried. Everything else is trouble that may pass, even
 * if a person has to see to it: a lost connection, a cancelled statement, a standby that only reads, a missing right.
 */
export function isRefusal(error: unknown): boolean {
  return REFUSAL.test(codeOf(error));
}

function codeOf(error: unknown): string {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const found = driverError?.code ?? code;
  return typeof found === 'string' ? found : '';
}
