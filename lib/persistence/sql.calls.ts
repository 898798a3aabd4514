import { refusalError, refusalIn } from './refusal.js';

/** Calls SQL functions of the engine that return one value. Each call is a statement. */
export interface SqlCalls<Rest extends readonly unknown[] = []> {
  /** @throws the error class of its refusal, or the errors of the statement */
  call<Answer>(name: string, parameters: readonly unknown[], ...rest: Rest): Promise<Answer>;

  /**
   * Like `call`, and stores an entry of the audit log in the same statement; see `sql/functions/audited.sql`.
   * @param entry as JSON
   */
  callAudited<Answer>(name: string, parameters: readonly unknown[], entry: string, ...rest: Rest): Promise<Answer>;
}

/** @param ask evaluates an SQL expression, in which `__schema__` stands for the engine's schema */
export function callsOf<Rest extends readonly unknown[] = []>(
  ask: (expression: string, parameters: readonly unknown[], ...rest: Rest) => Promise<unknown>,
): SqlCalls<Rest> {
  const answer = async <Answer>(expression: string, parameters: readonly unknown[], rest: Rest): Promise<Answer> => {
    const found = await ask(expression, parameters, ...rest);
    const refusal = refusalIn(found);
    if (refusal) throw refusalError(refusal);
    return found as Answer;
  };
  return {
    call: (name, parameters, ...rest) => answer(callOf(name, parameters.length), parameters, rest),
    callAudited: (name, parameters, entry, ...rest) => {
      const { length } = parameters;
      const expression = `__schema__.audited(${callOf(name, length)}, $${length + 1}::jsonb)`;
      return answer(expression, [...parameters, entry], rest);
    },
  };
}

function callOf(name: string, parameters: number): string {
  const places = Array.from({ length: parameters }, (_, index) => `$${index + 1}`);
  return `__schema__.${name}(${places.join(', ')})`;
}
