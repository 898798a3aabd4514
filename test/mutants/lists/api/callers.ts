import type { MutantsOfFile } from '../../mutant.js';
import { accessStreams, callerStream, correlation } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/auth/correlation.ts',
    tests: [correlation],
    mutants: [
      {
        mistake: 'gives a request another id each time that it is asked for',
        find: 'ids.set(rawOf(request), id);',
        replace: '',
      },
      {
        mistake: 'takes the request of Fastify and that of Node for two',
        find: `typeof raw === 'object' && raw !== null ? raw : request`,
        replace: 'raw === null ? {} : request',
      },
    ],
  },
  {
    file: 'lib/api/caller.stream.ts',
    tests: [callerStream],
    mutants: [
      {
        mistake: 'sends on until it is known that expired credentials are good no more',
        find: 'if (this.grant.access.hasExpired) this.changes.hold();',
        replace: '',
      },
      {
        mistake: 'ends streams in an outage',
        find: 'if (isRefusal(error)) this.changes.end(error);',
        replace: 'if (error) this.changes.end(error);',
      },
      {
        mistake: 'sends on while nobody can decide',
        find: 'this.tell(trouble);\n    this.changes.hold();',
        replace: 'this.tell(trouble);',
      },
      {
        mistake: 'waits for an answer for ever, and sends on',
        find: `this.suspend(new Error('There was no answer in time.'))`,
        replace: 'undefined',
      },
      {
        mistake: 'asks once only',
        find: 'this.changes.continueIn(grant.scope);\n    this.wait(this.nextMs);',
        replace: 'this.changes.continueIn(grant.scope);',
      },
      {
        mistake: 'keeps to the scope of the beginning',
        find: 'this.changes.continueIn(grant.scope);',
        replace: 'this.changes.continueIn(this.changes.scope);',
      },
      {
        mistake: 'asks on after the end',
        find: 'void this.changes.closed.then(() => clearTimeout(this.timer));',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/api/caller.feed.ts',
    tests: [accessStreams],
    mutants: [
      { mistake: 'never asks again', find: 'if (access.mayChange) stream.watch();', replace: '' },
      {
        mistake: 'counts the listeners of all users as those of nobody',
        find: 'signal, scope, access.user?.id)',
        replace: 'signal, scope, null)',
      },
    ],
  },
];
