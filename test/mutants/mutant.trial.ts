import type { CompileCheck } from './compile.check.js';
import type { ListedMutant } from './mutant.js';
import { specsOf } from './mutant.lists.js';
import type { Result, Verdict } from './report.js';
import type { Sandbox } from './sandbox.js';
import { runTests } from './test.run.js';
import type { TestRun } from './test.run.js';

/** Longer than any test may take. A mutant that lets tests hang is noticed, too. */
const LIMIT_MS = 300_000;

/** What PostgreSQL says of SQL that it reads only when it is run. */
const BROKEN_SQL =
  /(column|relation|function|operator|type) \S.* does not exist|syntax error at|is ambiguous|missing FROM-clause/;

/** Puts the mutant into the sandbox, runs its tests and takes it out again. */
export async function tryMutant(mutant: ListedMutant, sandbox: Sandbox, check: CompileCheck): Promise<Result> {
  const began = performance.now();
  const result = (verdict: Verdict, detail: string, message = ''): Result => {
    return { mutant, verdict, detail, message, seconds: (performance.now() - began) / 1_000 };
  };
  const problem = await check.problemOf(mutant);
  if (problem !== undefined) return result('invalid', problem);

  sandbox.put(mutant);
  try {
    const run = await runTests(sandbox, specsOf(mutant.tests), LIMIT_MS);
    return result(verdictOf(mutant, run), detailOf(mutant, run), run.kind === 'failed' ? run.message : '');
  } finally {
    sandbox.restore(mutant);
  }
}

function verdictOf({ equivalent }: ListedMutant, run: TestRun): Verdict {
  if (run.kind === 'passed') return equivalent === undefined ? 'survived' : 'equivalent';
  if (run.kind === 'failed' && BROKEN_SQL.test(run.message)) return 'invalid';
  return equivalent === undefined ? 'killed' : 'not equivalent';
}

function detailOf({ equivalent, tests }: ListedMutant, run: TestRun): string {
  switch (run.kind) {
    case 'passed':
      return equivalent ?? `of ${tests.join(', ')}`;
    case 'timeout':
      return `the tests did not end within ${LIMIT_MS / 1_000} s`;
    case 'failed':
      return BROKEN_SQL.test(run.message) ? (BROKEN_SQL.exec(run.message)?.[0] ?? '') : run.test;
  }
}
