import type { MutantsOfFile } from '../../mutant.js';
import { cleanConnections, connectionWaits, engine, places, smallPool, transactional } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/step.transactions.ts',
    tests: [transactional, smallPool, cleanConnections, connectionWaits, engine],
    mutants: [
      {
        mistake: 'leaves the pool no connection for its own passes',
        find: 'this.database.poolSize - CONNECTIONS_LEFT',
        replace: 'this.database.poolSize',
      },
      {
        mistake: 'has no place in a small pool',
        find: 'Math.max(1, this.database.poolSize - CONNECTIONS_LEFT)',
        replace: 'Math.max(0, this.database.poolSize - CONNECTIONS_LEFT)',
      },
      {
        mistake: 'never gives a place back',
        find: 'this.taken--;',
        replace: 'void this.taken;',
      },
      {
        mistake: 'tells nobody that an aborted attempt gave back its place',
        find: 'if (run.signal.aborted) this.signals.workReady.emit();',
        replace: '',
        tests: [places],
      },
      {
        mistake: 'commits the work of a handler that was aborted',
        find: 'run.signal.throwIfAborted(); // the handler has the signal, and its failure is being recorded',
        replace: '',
      },
      {
        mistake: 'calls a handler that was aborted while it waited',
        find: 'run.signal.throwIfAborted(); // aborted while it waited for its connection',
        replace: '',
      },
      {
        mistake: 'commits the work of a handler whose results cannot be stored',
        find: `if (judged.kind !== 'complete') throw new RolledBack(judged);`,
        replace: '',
      },
      {
        mistake: 'counts an attempt that got no connection',
        find: 'if (!run.transaction && isOutage(error)) return this.unbegun(claimed, error);',
        replace: '',
      },
      {
        mistake: 'hands a step back for ever that loses its connection each time',
        find: 'TIMED_OUT.has(sqlStateOf(cause)) || times > MOST_HANDED_BACK',
        replace: 'TIMED_OUT.has(sqlStateOf(cause))',
      },
      {
        mistake: 'counts no attempt that the server ended for being idle',
        find: 'TIMED_OUT.has(sqlStateOf(cause)) || times > MOST_HANDED_BACK',
        replace: 'times > MOST_HANDED_BACK',
      },
      {
        mistake: 'retries a permanent failure that lost its connection, too',
        find: 'if (error.thrown instanceof PermanentError) throw error.thrown;',
        replace: '',
      },
    ],
  },
];
