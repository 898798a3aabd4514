/** Runs the test files that `native.runner.js` sends, one after the other, each with the function of Jest that runs a file. */
import asyncHooks, { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { ConsoleLogger, Logger } from '@nestjs/common';
import jestCircus from 'jest-circus/runner';
import { setGlobals, setMocks } from './globals.js';

const require = createRequire(import.meta.url);

/** In which a copy of Jest's state machine notes who listens to it. */
const LISTENERS = Symbol.for('EVENT_HANDLERS');
/** What describes the symbol under which it keeps its state: one of its own for each copy. */
const STATE = 'JEST_STATE_SYMBOL';
/** A getter since Node 22. */
const STORAGE = Object.getOwnPropertyDescriptor(asyncHooks, 'AsyncLocalStorage');

Error.stackTraceLimit = 100; // as in Jest, which shows those frames that are ours

process.on('message', (message) => void (message.end ? leave(message) : answer(message)));
process.once('disconnect', () => process.exit()); // nobody waits for the results any more

function answer({ path, config, globalConfig }) {
  run(path, config, globalConfig).then(
    (result) =>
      process.send({
        result: { ...result, testResults: result.testResults.map(sendable) },
        bytes: process.memoryUsage.rss(),
      }),
    ({ message, stack, code }) => process.send({ error: { message, stack, code } }),
  );
}

/** Values that were compared are of any kind, and not all can be sent; their texts are in the messages. */
const sendable = (of) => ({ ...of, failureDetails: [] });

const tell = (event, [path, of]) => process.send({ event, data: [path, sendable(of)] });

/** Without `await`, so that no failure shows our lines: stacks go on through those. */
function run(path, config, globalConfig) {
  const start = Date.now();
  const env = { ...process.env };
  const putBack = setMocks(config);
  return jestCircus
    .default(globalConfig, config, { global: globalThis }, RUNTIME, path, tell)
    .then((result) => ({
      ...result,
      skipped: isSkipped(result),
      perfStats: { ...result.perfStats, ...timesSince(start, config) },
    }))
    .finally(() => {
      putBack();
      replaceEnv(env);
      Logger.overrideLogger(new ConsoleLogger()); // an application replaces it for the whole process
      switchOffStorages();
      forgetTests();
    });
}

/**
 * Where Jest notes the test that runs. It would follow it through every promise with a storage, which Node 20 keeps for good
 * in whatever outlives the test, and the closed hosts of the test with it. Our tests run one after the other.
 */
class RunningTest {
  #store;

  getStore() {
    return this.#store;
  }

  /** @param work asynchronous, as everything that Jest runs in it */
  async run(store, work) {
    const outer = this.#store;
    this.#store = store;
    try {
      return await work();
    } finally {
      this.#store = outer;
    }
  }
}

/**
 * Before Node 24, a storage that was used once makes every promise of the process slower, by a fifth of all that tests do.
 */
function switchOffStorages() {
  for (const storage of usedStorages) storage.disable();
  usedStorages.clear();
}

const usedStorages = new Set();
for (const method of ['run', 'enterWith']) {
  const use = AsyncLocalStorage.prototype[method];
  AsyncLocalStorage.prototype[method] = function (...args) {
    usedStorages.add(this);
    return use.apply(this, args);
  };
}

/** A copy of Jest's state machine leaves all tests of its file in the global scope, and what they refer to. */
function forgetTests() {
  const left = Object.getOwnPropertySymbols(globalThis).filter(({ description }) => description === STATE);
  for (const symbol of left) delete globalThis[symbol];
}

/** What Jest's function asks of the module system: Node's, and a fresh state of the tests for each file. */
const RUNTIME = {
  requireInternalModule: (file) => {
    delete globalThis[LISTENERS];
    delete require.cache[file];
    Object.defineProperty(asyncHooks, 'AsyncLocalStorage', { value: RunningTest, configurable: true });
    try {
      return require(file);
    } finally {
      Object.defineProperty(asyncHooks, 'AsyncLocalStorage', STORAGE);
    }
  },
  requireModule: require,
  unstable_shouldLoadAsEsm: () => true,
  unstable_importModule: (path) => import(pathToFileURL(path)),
  setGlobalsForRuntime: setGlobals,
  enterTestCode: () => {},
  leaveTestCode: () => {},
};

const isSkipped = ({ testResults }) => testResults.every(({ status }) => status === 'pending');

function timesSince(start, { slowTestThreshold }) {
  const end = Date.now();
  return { start, end, runtime: end - start, slow: end - start > slowTestThreshold * 1_000 };
}

function replaceEnv(env) {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

/** Ends by itself, unless a test has left something open: then that is told. */
function leave({ graceMs }) {
  process.removeAllListeners('disconnect');
  process.disconnect();
  const impatience = setTimeout(() => {
    process.stderr.write(`Tests have left open: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit(1);
  }, graceMs);
  impatience.unref();
}
