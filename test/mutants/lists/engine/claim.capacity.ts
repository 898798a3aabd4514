import type { MutantsOfFile } from '../../mutant.js';
import { concurrency, engine, lateAnswers, places, scheduling, smallPool, transactional } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/claim.capacity.ts',
    tests: [lateAnswers, concurrency, transactional, smallPool, engine],
    mutants: [
      {
        mistake: 'forgets what passes under way may bring',
        find: 'this.limit - this.running.size - this.reserved',
        replace: 'this.limit - this.running.size',
      },
      {
        mistake: 'reserves no places of transactional steps',
        find: 'this.reservedPlaces += places;',
        replace: 'this.reservedPlaces += 0 * places;',
      },
      {
        mistake: 'asks again though it left nothing',
        find: 'if (scarceWant >= want) return false;',
        replace: 'if (scarceWant > want) return false;',
      },
      {
        mistake: 'does not ask again when a place became free',
        find: 'return this.transactions.free > 0; // one',
        replace: 'return false; // one',
        tests: [places, transactional, smallPool],
      },
      {
        mistake: 'does not ask again when another pass reserved the places',
        find: 'return this.transactions.free > 0; // one',
        replace: 'return this.freePlaces > 0; // one',
        tests: [places, transactional, smallPool],
      },
      {
        mistake: 'gives steps that this process lacks the handler of',
        find: '[...this.running.foreignIds, ...passedOver]',
        replace: '[...passedOver]',
        tests: [scheduling],
      },
    ],
  },
];
