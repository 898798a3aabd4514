import type { MutantsOfFile } from '../../mutant.js';
import {
  accessDoors,
  announcing,
  backPressure,
  claimBudget,
  cleanConnections,
  connectionWaits,
  customProviders,
  engine,
  graphqlMutations,
  idleStart,
  idempotentRequests,
  requests,
  restActions,
  retention,
  scheduling,
  smallPool,
  starting,
  taskHandlers,
  waking,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/idempotent.requests.ts',
    tests: [idempotentRequests, restActions, graphqlMutations],
    mutants: [
      {
        mistake: 'keeps the key of a request that failed',
        find: 'await this.gateway.forget(request).catch(() => undefined);',
        replace: '',
      },
      {
        mistake: 'lets a failed clean-up hide what failed first',
        find: 'await this.gateway.forget(request).catch(() => undefined);',
        replace: 'await this.gateway.forget(request);',
      },
      {
        mistake: 'does not remember what it answered',
        find: 'await this.gateway.answer(request, answer);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/engine/tasks/task.identity.ts',
    tests: [engine, requests, taskHandlers, customProviders],
    mutants: [
      {
        mistake: 'makes two tasks of two tries around a deployment',
        find: `digest(['key', namespace, name, ...owned])`,
        replace: `digest(['key', namespace, name, request.version, ...owned])`,
      },
      {
        mistake: 'lets one key stand for tasks of all templates',
        find: `digest(['key', namespace, name, ...owned])`,
        replace: `digest(['key', namespace, ...owned])`,
      },
      {
        mistake: 'lets the order of keys make another task',
        find: 'JSON.stringify(withSortedKeys(value))',
        replace: 'JSON.stringify(withSortedKeys(value) && value)',
      },
      { mistake: 'never lets a request key end', find: 'seconds: REQUEST_KEY_SECONDS };', replace: 'seconds: null };' },
      {
        mistake: 'makes one task of all requests that a handler calls different',
        find: 'return handled === null ? undefined : {',
        replace: 'return handled === undefined ? undefined : {',
      },
    ],
  },
  {
    file: 'lib/engine/tasks/task.preparer.ts',
    tests: [engine, claimBudget, requests, starting, scheduling],
    mutants: [
      {
        mistake: 'bypasses steps that are not skippable',
        find: 'return step.skippable ? [] : [{',
        replace: 'return step.skippable || !step.skippable ? [] : [{',
      },
      {
        mistake: 'measures contexts in characters',
        find: 'const bytes = Buffer.byteLength(text);',
        replace: 'const bytes = text.length;',
        tests: [engine, claimBudget, requests],
      },
      {
        mistake: 'lets the deadline of the template stand beside that of the request',
        find: 'request.deadlineAt === undefined ? (template.deadlineSeconds ?? undefined) : undefined',
        replace: 'template.deadlineSeconds ?? undefined',
        equivalent: 'start_tasks prefers deadlineAt',
      },
      {
        mistake: 'forgets retained',
        find: 'retained: request.retained === true ? true : undefined',
        replace: 'retained: undefined',
        tests: [requests, retention, restActions],
      },
      {
        mistake: 'stores the context without its defaults',
        find: 'contextText(validated, this',
        replace: 'contextText(context as JsonObject, this',
      },
    ],
  },
  {
    file: 'lib/engine/tasks/task.starter.ts',
    tests: [starting, idleStart, waking, engine, announcing],
    mutants: [
      {
        mistake: 'wakes nobody after a start in a transaction of the host',
        find: `this.ready.notifyAll();
    });`,
        replace: '});',
      },
      { mistake: 'announces tasks that were rolled back', find: 'if (isWhole) this.events', replace: 'this.events' },
      {
        mistake: 'wakes nobody after a start',
        find: `announce(await this.store([first, ...others]));
      this.ready.notifyAll();`,
        replace: 'announce(await this.store([first, ...others]));',
      },
      {
        mistake: 'tells no other process after a start with a claim',
        find: 'this.ready.notifyOthers(); // some steps may be for other queues or handlers',
        replace: '',
      },
      {
        mistake: 'starts half of what is asked for',
        find: 'return this.database.transaction((manager) => this.storeIn(manager, batches));',
        replace: 'return this.tasks.startTasks(batches.flat());',
        equivalent: 'one statement is as whole as one transaction; the split only bounds its size',
      },
      {
        mistake: 'answers another request under the same key with the task of the first',
        find: 'found[place]?.isSame !== false',
        replace: 'true',
        tests: [accessDoors],
      },
      {
        mistake: 'starts the rest of a batch of which one key is that of another request',
        find: 'if (prepared.length > 1 && prepared.some(({ keyed }) => keyed)) return this.startKeyed(prepared);',
        replace: '',
        tests: [accessDoors],
      },
      {
        mistake: 'says the version of the request for a task of another',
        find: 'earlier.get(id) ?? version',
        replace: 'version',
        tests: [requests],
      },
    ],
  },
  {
    file: 'lib/engine/tasks/commit.watcher.ts',
    tests: [announcing, cleanConnections, starting, requests],
    mutants: [
      {
        mistake: 'runs tasks before the transaction of the host has committed',
        find: 'if (!expected || queryRunner.isTransactionActive) return;',
        replace: 'if (!expected) return;',
      },
      {
        mistake: 'takes an aborted transaction for a committed one',
        find: `if ((await session?.status()) === 'E') throw new AbortedTransactionError();`,
        replace: '',
      },
      {
        mistake: 'does after a rollback what was for the commit',
        find: 'else this.expected.delete(queryRunner);',
        replace: 'else void 0;',
      },
      {
        mistake: 'forgets the first of two starts in one transaction',
        find: 'actions: [...actions, action], isWhole',
        replace: 'actions: [action], isWhole',
      },
    ],
  },
  {
    file: 'lib/engine/tasks/back.pressure.ts',
    tests: [backPressure, engine],
    mutants: [
      { mistake: 'admits one more than allowed', find: 'if (tooMany > 0) {', replace: 'if (tooMany > 1) {' },
      {
        mistake: 'forgets what it started since the count',
        find: '(unfinished.get(namespace) ?? 0) + (this.started.get(namespace) ?? 0)',
        replace: '(unfinished.get(namespace) ?? 0)',
      },
      {
        mistake: 'says when to come again though it would never fit',
        find: 'amount > this.limit ? null : Math.min',
        replace: 'amount < 0 ? null : Math.min',
      },
      {
        mistake: 'waits for a second connection in a transaction',
        find: 'if (!counting || (manager && this.needsConnection)) return',
        replace: 'if (!counting) return',
        tests: [backPressure, connectionWaits, smallPool],
      },
    ],
  },
];
