import { UnknownNamedTaskError } from './persistence.errors.js';

/** The SQLSTATEs that our functions raise, and the class each stands for. */
const CLASSES: Readonly<Record<string, new (message: string, options: ErrorOptions) => Error>> = {
  TK001: UnknownNamedTaskError,
};

/** SQLSTATEs and driver codes of trouble that passes by itself: lost or refused connections, restarts, conflicts. */
const PASSING = /^(08...|57P0[1-3]|53...|40001|40P01|55P03|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/;
const LOST_CONNECTION = /connection terminated|terminated unexpectedly|not queryable|timeout exceeded/i;

export function translateError(error: unknown): unknown {
  const Translated = CLASSES[codeOf(error)];
  return Translated ? new Translated((error as Error).message, { cause: error }) : error;
}

/** Whether trying again later can help. `pg` gives a lost connection no code, so that one case is known by its text. */
export function isPassingTrouble(error: unknown): boolean {
  const code = codeOf(error);
  return PASSING.test(code) || (code === '' && error instanceof Error && LOST_CONNECTION.test(error.message));
}

function codeOf(error: unknown): string {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const found = driverError?.code ?? code;
  return typeof found === 'string' ? found : '';
}
