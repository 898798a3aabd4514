import type { MutantsOfFile } from '../../mutant.js';
import { changeFeed, feedTroubles, live, restEvents, scopedFeed } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/live/change.feed.ts',
    tests: [feedTroubles, changeFeed, restEvents, live],
    mutants: [
      {
        mistake: 'lets one listener more follow than allowed',
        find: 'if (this.streams.size >= maxListeners) throw',
        replace: 'if (this.streams.size > maxListeners) throw',
      },
      {
        mistake: 'gives one user a quarter of the listeners and one more',
        find: 'if (own >= share) throw',
        replace: 'if (own > share) throw',
      },
      {
        mistake: 'offers what was read for another scope',
        find: 'if (stream.read !== from) continue;',
        replace: '',
        tests: [scopedFeed],
      },
      {
        mistake: 'begins streams during the shutdown',
        find: 'if (this.isStopped) throw new ShuttingDownError();',
        replace: '',
      },
      {
        mistake: 'takes positions of another database',
        find: 'if (positionText(laterPosition(from, reached)) === positionText(reached)) return [];',
        replace: 'if (reached) return [];',
      },
      { mistake: 'reads for listeners that do not keep up', find: 'if (stream.isFull) continue;', replace: '' },
      {
        mistake: 'reads back where another process knows of less',
        find: 'const until = laterPosition(after, settled);',
        replace: 'const until = settled;',
      },
      {
        mistake: 'reads only what happened to the tasks of the first listener',
        find: 'if (filter.taskIds === undefined) return null;',
        replace: 'if (filter.taskIds === undefined) continue;',
      },
      {
        mistake: 'ends with the first reading that fails',
        find: 'await this.sleep(TROUBLE_WAIT_MS);',
        replace: 'break;',
      },
      {
        mistake: 'lets a stream wait for ever where it begins during an outage',
        find: 'for (const stream of this.streams) stream.failUnlessReady(error);',
        replace: 'void error;',
      },
      {
        mistake: 'follows nothing for a caller that has gone',
        find: 'if (signal?.aborted) stream.close();',
        replace: '',
      },
      {
        mistake: 'never reads for listeners that come after all had gone',
        find: `this.running = null;
  }`,
        replace: '}',
      },
    ],
  },
  {
    file: 'lib/live/stable.history.ts',
    tests: [live, changeFeed],
    mutants: [
      {
        mistake: 'takes ids for settled while somebody may be writing lower ones',
        find: 'if (seen.writers.length === 0) this.settle(seen, seen);',
        replace: 'this.settle(seen, seen);',
      },
      {
        mistake: 'settles up to now when the writers of then have ended',
        find: 'this.settle(this.sought, seen);',
        replace: 'this.settle(seen, seen);',
      },
      {
        mistake: 'settles ids that may come once more after a crash',
        find: 'this.settled = earlierPosition(this.looked, visible);',
        replace: `this.settled = this.looked;
    void visible;
    void earlierPosition;`,
      },
      {
        mistake: 'forgets nothing after a crash',
        find: `this.settled = null;
    this.looked = NOWHERE;
    this.sought = null;`,
        replace: 'this.sought = null;',
      },
      {
        mistake: 'takes prepared transactions for ended after a restart',
        find: 'earlier.includes(writer) || writer.startsWith(RECOVERED)',
        replace: 'earlier.includes(writer)',
        tests: ['chaos/prepared-transaction'],
        equivalent: 'a restart begins another era, for which all writers are read again, under their new names',
      },
      {
        mistake: 'never settles while anybody writes',
        find: '!present.some((writer) => earlier.includes(writer)',
        replace: `!present.some((writer) => earlier.includes(writer) || writer !== ''`,
      },
    ],
  },
  {
    file: 'lib/live/change.merge.ts',
    tests: [live, changeFeed],
    mutants: [
      {
        mistake: 'leaves out what comes after a part of the other history',
        find: 'if ((!nextTask && isPartial.tasks) || (!nextStep && isPartial.steps)) break;',
        replace: '',
        tests: [live, changeFeed],
      },
      {
        mistake: 'reports the end of a task before that of its last step',
        find: `return task.to === 'in_progress' || task.to === 'pending' ? task : step;`,
        replace: 'return task;',
      },
      {
        mistake: 'tells the later one first',
        find: 'task.micros < step.micros ? task : step',
        replace: 'task.micros > step.micros ? task : step',
      },
      {
        mistake: 'takes a full reading for a whole one',
        find: 'tasks: tasks.length >= limit',
        replace: 'tasks: tasks.length > limit',
      },
    ],
  },
  {
    file: 'lib/live/change.stream.ts',
    tests: [live, changeFeed, restEvents],
    mutants: [
      {
        mistake: 'holds any number of changes that nobody takes',
        find: 'this.waiting.length >= MAX_WAITING || !this',
        replace: '!this',
      },
      {
        mistake: 'holds any number of bytes that nobody takes',
        find: 'this.waiting.length >= MAX_WAITING || !this.backlog.hasRoom(this.waitingBytes)',
        replace: 'this.waiting.length >= MAX_WAITING',
      },
      {
        mistake: 'hands out what waits to a listener that may receive nothing more',
        find: 'this.rewind();\n    this.endReason',
        replace: 'this.endReason',
      },
      {
        mistake: 'passes over what waits when the scope changes',
        find: 'this.waiting.length > 0 && this.taken !== null ? parsePosition(this.taken) : this.readTo',
        replace: 'this.readTo',
      },
      {
        mistake: 'reads for a listener about whom nobody can decide',
        find: 'return this.isHeld || this.waiting',
        replace: 'return this.waiting',
      },
      {
        mistake: 'says a position ahead of what was taken',
        find: 'if (this.waiting.length > 0 && this.taken !== null) return this.taken;',
        replace: '',
      },
      {
        mistake: 'takes changes for which there is no room',
        find: 'if (!this.backlog.hasRoom(this.waitingBytes)) return passed ? parsePosition(passed.position) : this.readTo;',
        replace: '',
      },
      {
        mistake: 'skips the first change that has no room',
        find: 'return passed ? parsePosition(passed.position) : this.readTo;',
        replace: 'return parsePosition(change.position);',
      },
      {
        mistake: 'never frees what was taken',
        find: 'if (!this.isClosed) this.waitingBytes -= this.backlog.release(change);',
        replace: '',
      },
      {
        mistake: 'keeps what waits when it is closed',
        find: 'for (const change of this.waiting) this.backlog.release(change); // it may never be taken',
        replace: '',
      },
      {
        mistake: 'drops what waits when it is closed',
        find: `this.isClosed = true;
    for`,
        replace: `this.isClosed = true;
    queueMicrotask(() => (this.waiting.length = 0));
    for`,
      },
    ],
  },
  {
    file: 'lib/live/change.filter.ts',
    tests: [live, changeFeed],
    mutants: [
      {
        mistake: 'reports tasks that were not asked for',
        find: 'taskIds === undefined || taskIds.includes(change.taskId)',
        replace: 'taskIds === undefined || taskIds.length > 0',
      },
      {
        mistake: 'reports tasks where steps were asked for',
        find: '(change.step !== null && steps.includes(change.step))',
        replace: 'change.step === null || steps.includes(change.step)',
      },
      {
        mistake: 'ignores the version',
        find: 'version === undefined || version === change.version',
        replace: 'version === undefined || version.length > 0',
      },
    ],
  },
  {
    file: 'lib/live/change.backlog.ts',
    tests: [live],
    mutants: [
      {
        mistake: 'counts a change once for each listener',
        find: 'if (held.holders++ === 0) {',
        replace: 'if (held.holders++ >= 0) {',
      },
      {
        mistake: 'lets listeners that do not read take all',
        find: 'this.bytes < this.common || bytesOfListener < this.share',
        replace: 'this.bytes < 2 * this.common || bytesOfListener < this.share',
      },
      {
        mistake: 'gives each listener all of the shared half',
        find: 'this.share = maxBytes / 2 / maxListeners;',
        replace: `this.share = maxBytes / 2;
    void maxListeners;`,
      },
    ],
  },
  {
    file: 'lib/live/change.scopes.ts',
    tests: [scopedFeed],
    mutants: [
      {
        mistake: 'tells of every template',
        find: 'changes.filter((change) => hasTemplate(scope, change) && matches(filter, change))',
        replace: 'changes.filter((change) => matches(filter, change))',
      },
      { mistake: 'tells of every task of a template', find: 'tasks.has(taskId)', replace: 'taskId' },
      {
        mistake: 'asks for tasks where the template says it all',
        find: ' && !isOfTemplatesOnly(scope)',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/persistence/task-scope.gateway.ts',
    tests: [scopedFeed],
    mutants: [
      {
        mistake: 'lets one scope that cannot be looked at stop all others',
        find: 'if (!(error instanceof InvalidScopeError) && !isOfOnePart(error)) throw error;',
        replace: 'throw error;',
      },
      {
        mistake: 'takes the answer for another scope',
        find: 'places.includes(index + 1)',
        replace: 'places.includes(index || 1)',
      },
    ],
  },
];
