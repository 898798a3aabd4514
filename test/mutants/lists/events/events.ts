import type { MutantsOfFile } from '../../mutant.js';
import { eventBus, subscribers, transitionEvents } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/events/event.bus.ts',
    tests: [eventBus],
    mutants: [
      {
        mistake: 'ends all subscriptions of a function that listens twice',
        find: 'filter((each) => each !== subscription)',
        replace: 'filter(({ listener }) => listener !== subscription.listener)',
      },
      {
        mistake: 'says that nobody listens to an event where somebody listens to all',
        find: ` || this.subscriptions.has('*')`,
        replace: '',
      },
      {
        mistake: 'says that somebody listens after the last has left',
        find: `if (left.length > 0) this.subscriptions.set(pattern, left);
    else this.subscriptions.delete(pattern);`,
        replace: 'this.subscriptions.set(pattern, left);',
      },
      {
        mistake: 'does not report a listener that rejects',
        find: 'if (isThenable(answer)) void Promise.resolve(answer).catch(report);',
        replace: 'if (isThenable(answer)) void Promise.resolve(answer).catch(() => undefined);',
      },
      {
        mistake: 'runs a listener in the context of the request that caused the event',
        find: 'inOwnContext(listener, payload, name)',
        replace: 'listener(payload, name)',
      },
    ],
  },
  {
    file: 'lib/events/subscriber.explorer.ts',
    tests: [subscribers],
    mutants: [
      {
        mistake: 'counts an alias as another instance',
        find: 'return wrapper.isAlias && marked !== wrapper.token ? undefined : marked;',
        replace: 'return marked;',
      },
      {
        mistake: 'lets two instances of a class listen',
        find: 'this.subscribed.add(subscriber);',
        replace: '',
      },
      {
        mistake: 'listens on after the application has closed',
        find: 'for (const unsubscribe of this.unsubscribes.splice(0)) unsubscribe();',
        replace: 'this.unsubscribes.splice(0);',
      },
      {
        mistake: 'calls a method that a stand-in of the subscriber lacks',
        find: `listeners.filter((each) => typeof instance[each.method] === 'function')`,
        replace: 'listeners',
      },
    ],
  },
  {
    file: 'lib/events/subscriber.decorator.ts',
    tests: [subscribers],
    mutants: [
      {
        mistake: 'forgets the other @On of a method',
        find: '[...new Set([...before, ...patterns])]',
        replace: 'patterns',
      },
    ],
  },
  {
    file: 'lib/events/transition.events.ts',
    tests: [transitionEvents],
    mutants: [
      {
        mistake: 'calls the second try of a task a start',
        find: `(to === 'pending' || to === 'in_progress')`,
        replace: `to === 'pending'`,
      },
    ],
  },
];
