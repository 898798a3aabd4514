/**
 * What `@jest/globals` is in our test processes. Bindings change with each test file, also for modules of `test/support` that
 * were loaded for an earlier one.
 */
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

export let describe, it, test, expect, beforeAll, beforeEach, afterEach, afterAll, jest;

const mocker = new ModuleMocker(globalThis);

export function setGlobals(globals) {
  ({ describe, it, test, expect, beforeAll, beforeEach, afterEach, afterAll } = globals);
}

/** Of Jest's object, what does not replace modules. Answers what puts everything back that a test file left replaced. */
export function setMocks(config) {
  const timers = new ModernFakeTimers({ config, global: globalThis });
  const bound = (object, ...names) => Object.fromEntries(names.map((name) => [name, object[name].bind(object)]));
  jest = {
    ...bound(mocker, 'fn', 'spyOn', 'clearAllMocks', 'resetAllMocks', 'restoreAllMocks'),
    ...bound(timers, 'useFakeTimers', 'useRealTimers', 'setSystemTime', 'getTimerCount', 'runAllTimersAsync'),
    ...bound(timers, 'advanceTimersByTime', 'advanceTimersByTimeAsync'),
  };
  return () => {
    timers.dispose();
    mocker.restoreAllMocks();
  };
}
