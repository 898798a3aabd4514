import type { MutantsOfFile } from '../../mutant.js';
import { eventStream, restEvents } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/rest/event.stream.ts',
    tests: [eventStream],
    mutants: [
      {
        mistake: 'does not wait for a caller that takes no more',
        find: 'hasRoom || (await takes(raw, closed.signal))',
        replace: 'hasRoom || !raw.destroyed',
      },
      {
        mistake: 'piles up heartbeats for a caller that takes nothing',
        find: '!raw.writableNeedDrain && !isDeciding',
        replace: '!isDeciding',
      },
      {
        mistake: 'lets the heart beat on after the end',
        find: 'clearInterval(heartbeat);',
        replace: '',
      },
      {
        mistake: 'does not tell why it ends',
        find: 'if (stream.reason !== null) raw.write(endText(stream));',
        replace: '',
      },
      {
        mistake: 'sends a change that was decided about after the end',
        find: 'if (stream.reason !== null) break;',
        replace: '',
      },
      {
        mistake: 'tells a position before the change is sent that it includes',
        find: '!raw.writableNeedDrain && !isDeciding',
        replace: '!raw.writableNeedDrain',
      },
      {
        mistake: 'looks after the server for ever',
        find: 'stopWatching();',
        replace: '',
      },
      {
        mistake: 'keeps a place for a caller who has left already',
        find: 'if (raw.destroyed) leaving.abort();',
        replace: '',
      },
      {
        mistake: 'lets a proxy gather events',
        find: `'X-Accel-Buffering': 'no',`,
        replace: '',
        tests: [restEvents],
      },
      {
        mistake: 'waits for a caller whose stream has closed already',
        find: 'if (closed.aborted) giveUp();',
        replace: '',
      },
    ],
  },
];
