/**
 * A reporter of Jest that ends the run with its first failed test, whose name and message it writes to `MUTANT_FAILURE`: one
 * test that notices a mutant is enough. What the test leaves on the server is dropped by the next run.
 */
import { writeFileSync } from 'node:fs';

export default class FirstFailureReporter {
  onTestCaseResult(test, { status, fullName, failureMessages }) {
    if (status === 'failed') end(fullName, failureMessages.join('\n'));
  }

  /** A file that does not load has no tests that could fail. */
  onTestResult(test, { testExecError, failureMessage, numFailingTests }) {
    if (testExecError || numFailingTests > 0) end(test.path, failureMessage ?? '');
  }
}

function end(test, message) {
  writeFileSync(process.env.MUTANT_FAILURE, JSON.stringify({ test, message }));
  process.exit(1);
}
