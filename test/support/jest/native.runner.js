import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
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
/** Imports that load the compiler of TypeScript, with what it reads, or the devkit of schematics. */
const COMPILING =
  /^import [^;]* from '(typescript|.*\/(compiled\.types|schematics|program|reference|schemas|generated\.clients)\.m?js)'/m;
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

  /** Each process takes the next file when it is done with one, and those that compile as if they were one. */
  async runTests(tests, watcher) {
    const groups = grouped(tests);
    const left = groups.values();
    const tell = (event, data) => this.#listeners.get(event)?.(data);
    const serve = async () => {
      const testProcess = new TestProcess(this.#globalConfig, tell);
      for (const group of left) {
        for (const test of group) {
          if (watcher.isInterrupted()) break;
          await tell('test-file-start', [test]);
          await testProcess.run(test).then(
            (result) => tell('test-file-success', [test, result]),
            (error) => tell('test-file-failure', [test, error]),
          );
        }
        if (group.length > 1) await testProcess.end(); // which has become large
      }
      await testProcess.end();
    };
    await Promise.all(Array.from({ length: Math.min(this.#globalConfig.maxWorkers, groups.length) }, serve));
  }
}

/** The files that compile, of which only the first has to wait for the compiler; and each other by itself. */
function grouped(tests) {
  const compiling = tests.filter(({ path }) => COMPILING.test(readFileSync(path, 'utf8')));
  return [compiling, ...tests.filter((test) => !compiling.includes(test)).map((test) => [test])].filter(
    ({ length }) => length > 0,
  );
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
