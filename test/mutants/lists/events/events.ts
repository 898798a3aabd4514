import type { MutantsOfFile } from '../../mutant.js';
import { eventBus, eventCatalogue, subscribers, transitionEvents } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/events/event.bus.ts',
    tests: [eventBus],
    mutants: [
      {
        mistake: 'ends all subscriptions of a function that listens twice',
        find: 'filter((each) => each !== added)',
        replace: 'filter(({ name }) => name !== added.name)',
      },
      {
        mistake: 'keeps the listeners of an event that was published before',
        find: 'this.byName.clear();',
        replace: '',
      },
      {
        mistake: 'lets an unknown event be listened to',
        find: 'if (faults.length > 0) throw new InvalidSubscribersError(faults);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/events/event.listener.ts',
    tests: [eventBus],
    mutants: [
      {
        mistake: 'does not report a listener that rejects',
        find: '(error: unknown) => end(() => this.fail(error, name, payload)),',
        replace: '() => end(succeed),',
      },
      {
        mistake: 'runs a listener in the context of the request that caused the event',
        find: 'inOwnContext(() => this.handle(name, payload))',
        replace: 'this.handle(name, payload)',
      },
      {
        mistake: 'calls an asynchronous listener any number of times at once',
        find: 'if (this.running < this.concurrency && this.waiting.length === 0) this.call(name, payload);',
        replace: 'if (this.running >= 0) this.call(name, payload);',
      },
      {
        mistake: 'lets any number of events wait',
        find: 'this.waiting.length < (this.options.maxWaiting ?? DEFAULT_MAX_WAITING)',
        replace: 'this.waiting.length >= 0',
      },
      {
        mistake: 'goes deeper with each event that waited',
        find: 'if (this.isCatchingUp) return;',
        replace: '',
      },
      {
        mistake: 'logs each event that it drops',
        find: 'if (this.isDropping) return;',
        replace: '',
      },
      {
        mistake: 'says once and never again that it drops events',
        find: 'if (this.waiting.length === 0) this.isDropping = false;',
        replace: '',
      },
      {
        mistake: 'takes any answer of a filter for yes',
        find: 'inOwnContext(filter, payload, name) === true',
        replace: '(inOwnContext(filter, payload, name), true)',
      },
      {
        mistake: 'calls the listener although the hook before it failed',
        find: '? Promise.resolve(before).then(() => this.listener(payload, name))',
        replace: '? Promise.resolve(before).finally(() => this.listener(payload, name))',
      },
      {
        mistake: 'drops the failure of a hook',
        find: 'if (isThenable(answer)) void Promise.resolve(answer).catch(report);',
        replace: 'if (isThenable(answer)) void Promise.resolve(answer).catch(() => undefined);',
      },
      {
        mistake: 'counts a failure as handled',
        find: 'this.counts.failed++;',
        replace: 'this.counts.handled++;',
      },
    ],
  },
  {
    file: 'lib/events/event.pattern.ts',
    tests: [eventBus],
    mutants: [
      {
        mistake: 'takes the beginning of a word for that of a name',
        find: 'name.startsWith(pattern.slice(0, -1))',
        replace: 'name.startsWith(pattern.slice(0, -2))',
      },
    ],
  },
  {
    file: 'lib/events/event-catalogue.reader.ts',
    tests: [eventCatalogue],
    mutants: [
      {
        mistake: 'tells small letters from capital ones',
        find: 'const sought = search.toLowerCase();',
        replace: 'const sought = search;',
      },
      {
        mistake: 'answers what fits one condition',
        find: 'categories.includes(category)) &&',
        replace: 'categories.includes(category)) ||',
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
        find: 'if (this.subscribed.has(subscriber)) return',
        replace: 'if (this.subscribed.size < 0) return',
      },
      {
        mistake: 'listens on after the application has closed',
        find: 'for (const unsubscribe of this.unsubscribes.splice(0)) unsubscribe();',
        replace: 'this.unsubscribes.splice(0);',
      },
      {
        mistake: 'calls a method that a stand-in of the subscriber lacks',
        find: `listeners.filter(({ method }) => typeof instance[method] === 'function')`,
        replace: 'listeners',
      },
      {
        mistake: 'does not take the options of the class',
        find: '{ ...shared, ...options }',
        replace: '{ ...options }',
      },
      {
        mistake: 'calls no hooks',
        find: 'hooks: instance,',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/events/subscriber.decorator.ts',
    tests: [subscribers],
    mutants: [
      {
        mistake: 'forgets the other @OnTaskerEvent of a method',
        find: '[...new Set([...(before?.patterns ?? []), ...patterns])]',
        replace: 'patterns',
      },
      {
        mistake: 'lets nobody know to which of several marks the options belong',
        find: 'isAmbiguous: before !== undefined && (before.options ?? options) !== undefined,',
        replace: 'isAmbiguous: false,',
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
