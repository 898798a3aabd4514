import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LESS_OPTIMISING } from '../less.optimising.js';

const ENTRY = fileURLToPath(new URL('test.process.js', import.meta.url));
const FLAGS = [
  '--enable-source-maps',
  '--max-semi-space-size=32',
  ...LESS_OPTIMISING,
  `--import=${new URL('../typescript.js', import.meta.url).href}`,
];
const GRACE_MS = 10_000;
/** A process that has grown beyond this makes room for another: each file leaves something behind, such as decorated classes. */
const MOST_BYTES = 1_200_000_000;

/**
 * How Jest runs our test files: in a few processes that load each module once, where Jest's own runner loads all of Nest,
 * TypeORM and us anew for each file, which took as long as the tests themselves. Tests of a file are run by Jest as ever.
 */
export default class NativeRunner {
  supportsEventEmitters = true;
  #globalConfig;
  #listeners = new Map();

  constructor(globalConfig) {
    this.#globalConfig = globalConfig;
  }

  /** Jest listens once to each event. */
  on(event, listener) {
    this.#listeners.set(event, listener);
    return () => this.#listeners.delete(event);
  }

  /** Each process takes the next file when it is done with one. */
  async runTests(tests, watcher) {
    const left = tests.values();
    const tell = (event, data) => this.#listeners.get(event)?.(data);
    const serve = async () => {
      const testProcess = new TestProcess(this.#globalConfig, tell);
      for (const test of left) {
        if (watcher.isInterrupted()) break;
        await tell('test-file-start', [test]);
        await testProcess.run(test).then(
          (result) => tell('test-file-success', [test, result]),
          (error) => tell('test-file-failure', [test, error]),
        );
      }
      await testProcess.end();
    };
    await Promise.all(Array.from({ length: Math.min(this.#globalConfig.maxWorkers, tests.length) }, serve));
  }
}

/** A process that runs one test file after the other; another takes its place when it has crashed or grown. */
class TestProcess {
  #globalConfig;
  #tell;
  #child;

  /** @param tell gets the result of each test when it is there */
  constructor(globalConfig, tell) {
    this.#globalConfig = globalConfig;
    this.#tell = tell;
  }

  /** @throws what kept the file from being run at all */
  async run({ path, context: { config } }) {
    this.#child ??= this.#start();
    const child = this.#child;
    child.send({ path, config, globalConfig: this.#globalConfig });
    const { result, bytes, error } = await this.#answerOf(child);
    if (error !== undefined) throw error;
    if (bytes > MOST_BYTES) await this.end();
    return result;
  }

  #answerOf(child) {
    return new Promise((resolve) => {
      const heard = (message) => {
        if (message.event !== undefined) return void this.#tell(message.event, message.data);
        end(message);
      };
      const exited = (code, signal) => {
        end({ error: { message: `The process of the tests has ended early (${signal ?? code}).`, stack: '' } });
      };
      const end = (answer) => {
        child.off('message', heard).off('exit', exited);
        resolve(answer);
      };
      child.on('message', heard).on('exit', exited);
    });
  }

  /** Standard output belongs to Jest's report. */
  #start() {
    const child = fork(ENTRY, { execArgv: FLAGS, stdio: ['ignore', 2, 2, 'ipc'], serialization: 'advanced' });
    child.once('exit', () => (this.#child = undefined));
    return child;
  }

  /** What a test left open keeps the process alive, and is named instead of being ended quietly. */
  async end() {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.send({ end: true, graceMs: GRACE_MS });
    await ended;
  }
}
