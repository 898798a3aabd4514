import type { MutantsOfFile } from '../../mutant.js';
import {
  boot,
  cleanConnections,
  connectionWaits,
  connections,
  failedStatements,
  oddSettings,
  outage,
  persistence,
  pooler,
  sessions,
  silence,
  transactional,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/persistence/managed.transaction.ts',
    tests: [transactional, cleanConnections, persistence],
    mutants: [
      {
        mistake: 'takes the rollback of an aborted transaction for a commit',
        find: `if (did !== 'COMMIT') throw new AbortedTransactionError();`,
        replace: 'void did;',
        equivalent: 'a transaction that is aborted was refused before, when its outcome was recorded',
      },
      {
        mistake: 'commits what the handler has broken',
        find: `if (status === 'E') throw new AbortedTransactionError();`,
        replace: '',
        equivalent: 'recording in it fails, and that becomes the same error',
      },
      {
        mistake: 'records an outcome after the handler has ended the transaction',
        find: `if (status === 'I' && !isLost(this.client)) throw new EndedTransactionError();`,
        replace: '',
      },
      {
        mistake: 'waits for ever for work that was told to end',
        find: `setTimeout(() => {
          giveUp(this.client);`,
        replace: `setTimeout(() => {
          void giveUp;`,
        tests: [silence, transactional],
      },
      {
        mistake: 'keeps the isolation level of the host',
        find: 'const isOdd = (await isStrict(this.session)) || isolationLevel !== undefined;',
        replace: 'const isOdd = isolationLevel === null && (await isStrict(this.session));',
        tests: [oddSettings, transactional],
      },
      {
        mistake: 'takes a lost commit for a lost transaction',
        find: 'if (isLost(this.client) && !this.commitSent)',
        replace: 'if (isLost(this.client))',
        tests: [cleanConnections],
      },
    ],
  },
  {
    file: 'lib/persistence/session.ts',
    tests: [sessions, persistence, oddSettings, connections, cleanConnections],
    mutants: [
      {
        mistake: 'works at the isolation level of the host',
        find: `'begin isolation level read committed'`,
        replace: `'begin'`,
      },
      {
        mistake: 'goes on without a rollback',
        find: `await this.command('rollback').catch(() => undefined);`,
        replace: '',
      },
      {
        mistake: 'tells parameters in errors',
        find: 'delete (failure as { parameters?: unknown }).parameters;',
        replace: '(failure as { parameters?: unknown }).parameters = parameters;',
        tests: [failedStatements, persistence],
      },
      {
        mistake: 'lets type parsers of the host change what is read',
        find: 'types: SERVER_TEXT }',
        replace: '...(SERVER_TEXT ? {} : {}) }',
      },
    ],
  },
  {
    file: 'lib/persistence/sql.errors.ts',
    tests: [persistence],
    mutants: [
      { mistake: 'takes a conflict for a refusal of one part', find: '25...|40...|53', replace: '25...|53' },
      { mistake: 'lets one value that needs too much memory stop all', find: '53(?!200)...', replace: '53...' },
      { mistake: 'takes a limit of statements for no outage', find: '|57014|', replace: '|' },
      {
        mistake: 'takes an HTTP answer for an outage of the database',
        find: `if (typeof (error as { statusCode?: unknown } | null)?.statusCode === 'number') return false;`,
        replace: '',
      },
    ],
  },
  {
    file: 'lib/persistence/statement.limit.ts',
    tests: [persistence, silence, connectionWaits],
    mutants: [
      {
        mistake: 'never asks the server to cancel',
        find: `requestCancel(client);
`,
        replace: '',
      },
      {
        mistake: 'takes other connections for good where one fell silent',
        find: 'noteSilence(client, limitMs);',
        replace: '',
      },
      {
        mistake: 'takes one that was never served for silence',
        find: `if (isUnserved(client)) throw new DatabaseTimeoutError('unserved', limitMs);`,
        replace: 'void isUnserved;',
        tests: [pooler, silence],
      },
    ],
  },
  {
    file: 'lib/persistence/pool.guard.ts',
    tests: [persistence, cleanConnections, silence, connections],
    mutants: [
      {
        mistake: 'lends a connection that is inside a transaction',
        find: `void client.end();
}`,
        replace: '}',
      },
      {
        mistake: 'lets a connection that never opens keep its place',
        find: `setTimeout(() => cutOff(this, new DatabaseTimeoutError('unconnected', limitMs)), limitMs)`,
        replace: 'setTimeout(() => undefined, limitMs)',
        tests: [silence],
      },
    ],
  },
  {
    file: 'lib/persistence/start.patience.ts',
    tests: [persistence, boot, outage],
    mutants: [
      { mistake: 'tries again whatever was thrown', find: '!isOutage(error) || performance', replace: 'performance' },
      {
        mistake: 'does not wait for the end of a failover',
        find: '!isOutage(error) || performance.now() - began + waitMs > PATIENCE_MS',
        replace: 'isOutage(error) || performance.now() - began + waitMs > PATIENCE_MS',
      },
    ],
  },
];
