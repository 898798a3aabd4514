import type { MutantsOfFile } from '../../mutant.js';
import { eventStream, restEvents } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/rest/event.stream.ts',
    tests: [eventStream],
    mutants: [
      {
        mistake: 'does not wait for a caller that takes no more',
        find: 'raw.write(eventText(change)) || (await takes(raw, closed.signal))',
        replace: 'raw.write(eventText(change)) || !raw.destroyed',
      },
      {
        mistake: 'piles up heartbeats for a caller that takes nothing',
        find: 'if (!raw.writableNeedDrain) raw.write(',
        replace: 'raw.write(',
      },
      {
        mistake: 'lets the heart beat on after the end',
        find: 'clearInterval(heartbeat);',
        replace: '',
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
