import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { quoted } from '../writing/quoted';
import { testImports } from '../writing/test.text';
import { exampleConstants, exampleOf, subjectOf } from './event.names';

/** Upper bounds of the buckets for durations, in seconds: the default ones of OpenTelemetry are for milliseconds. */
export const BUCKETS = '[0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900]';

/** Events that end a measured attempt. */
const ENDS = ['step.completed', 'step.failed'];

export function metricsArtefact(events: readonly string[]): ClassArtefact {
  return {
    what: 'subscriber',
    role: 'subscriber',
    suffix: 'Subscriber',
    packages: { dependencies: ['@opentelemetry/api'] },
    code: (names) => code(names, events),
    test: (names, runner) => test(names, runner, events),
    nextSteps: () => [
      'The metrics go to the OpenTelemetry SDK that the application starts; without one, they are discarded.',
      'Each process counts its own events: add up the counts of all processes.',
    ],
  };
}

interface Part {
  readonly fields: string;
  readonly methods: string;
}

function code({ className, name }: ClassNames, events: readonly string[]): string {
  const parts = [
    ...counters(events),
    ...(endsIn(events).length > 0 ? [durations(endsIn(events))] : []),
  ] satisfies readonly Part[];
  return `import { Injectable } from '@nestjs/common';
import { metrics } from '@opentelemetry/api';
import { OnTaskerEvent, TaskerSubscriber, type EventName, type EventPayload } from 'nestjs-tasker';

const meter = () => metrics.getMeter('${name.kebab}');

/** Counts events of this process, and measures attempts, with OpenTelemetry. */
@Injectable()
@TaskerSubscriber()
export class ${className} {
${parts.map(({ fields }) => fields).join('\n')}

${parts.map(({ methods }) => methods).join('\n\n')}
}
`;
}

function counters(events: readonly string[]): readonly Part[] {
  const about = (subject: string): readonly string[] => events.filter((event) => counterOf(event) === subject);
  return [
    about('task').length > 0 && {
      fields: `  private readonly tasks = meter().createCounter('tasker.tasks', { description: 'Tasks, by what happened to them' });`,
      methods: counter('countTask', about('task'), 'namespace, name', 'this.tasks', 'event, namespace, task: name'),
    },
    about('step').length > 0 && {
      fields: `  private readonly steps = meter().createCounter('tasker.steps', { description: 'Steps, by what happened to them' });`,
      methods: counter(
        'countStep',
        about('step'),
        'namespace, name, step',
        'this.steps',
        'event, namespace, task: name, step',
      ),
    },
    about('worker').length > 0 && {
      fields: `  private readonly workers = meter().createCounter('tasker.workers', { description: 'Workers, by what happened to them' });`,
      methods: plainCounter('countWorker', about('worker'), 'this.workers'),
    },
    about('other').length > 0 && {
      fields: `  private readonly others = meter().createCounter('tasker.events', { description: 'Other events' });`,
      methods: plainCounter('countOther', about('other'), 'this.others'),
    },
  ].filter((part) => part !== false);
}

function counter(
  method: string,
  events: readonly string[],
  fields: string,
  instrument: string,
  attributes: string,
): string {
  return `  @OnTaskerEvent(${events.map(quoted).join(', ')})
  ${method}({ ${fields} }: EventPayload<${events.map(quoted).join(' | ')}>, event: EventName): void {
    ${instrument}.add(1, { ${attributes} });
  }`;
}

/** Counts events by their name alone. */
function plainCounter(method: string, events: readonly string[], instrument: string): string {
  return `  @OnTaskerEvent(${events.map(quoted).join(', ')})
  ${method}(_payload: EventPayload<${events.map(quoted).join(' | ')}>, event: EventName): void {
    ${instrument}.add(1, { event });
  }`;
}

/** The counter of an event, by its subject: some subjects have one of their own. */
function counterOf(event: string): keyof typeof COUNTERS {
  const subject = subjectOf(event);
  return subject === 'task' || subject === 'step' || subject === 'worker' ? subject : 'other';
}

const COUNTERS = {
  task: { method: 'countTask', instrument: 'tasker.tasks' },
  step: { method: 'countStep', instrument: 'tasker.steps' },
  worker: { method: 'countWorker', instrument: 'tasker.workers' },
  other: { method: 'countOther', instrument: 'tasker.events' },
} as const;

function durations(ends: readonly string[]): Part {
  const others = ['step.completed', 'step.failed', 'step.handed_back', 'step.cancelled', 'step.outcome_stale'].filter(
    (event) => !ends.includes(event),
  );
  return {
    fields: `  private readonly durations = meter().createHistogram('tasker.step.duration', {
    description: 'Attempts at steps',
    unit: 's',
    advice: { explicitBucketBoundaries: ${BUCKETS} },
  });
  /** Start times of the attempts that run here, by the id of their step. */
  private readonly begun = new Map<string, number>();`,
    methods: `  @OnTaskerEvent('step.execution_requested')
  begin({ stepId }: EventPayload<'step.execution_requested'>): void {
    this.begun.set(stepId, performance.now());
  }

  @OnTaskerEvent(${ends.map(quoted).join(', ')})
  measure({ stepId, namespace, name, step }: EventPayload<${ends.map(quoted).join(' | ')}>, event: EventName): void {
    const begun = this.begun.get(stepId);
    if (begun === undefined) return;
    this.begun.delete(stepId);
    this.durations.record((performance.now() - begun) / 1_000, { event, namespace, task: name, step });
  }

  @OnTaskerEvent(${others.map(quoted).join(', ')})
  forget({ stepId }: EventPayload<${others.map(quoted).join(' | ')}>): void {
    this.begun.delete(stepId);
  }`,
  };
}

function endsIn(events: readonly string[]): readonly string[] {
  return ENDS.filter((event) => events.includes(event));
}

function test({ className, importedAs }: ClassNames, runner: TestRunner, events: readonly string[]): string {
  const [end] = endsIn(events);
  const measured =
    end === undefined
      ? ''
      : `

  it('measures an attempt that began here, once', () => {
    subscriber.begin(FACTS['step.execution_requested']);
    subscriber.measure(FACTS['${end}'], '${end}');
    subscriber.measure(FACTS['${end}'], '${end}');

    expect(recorded.map(({ instrument }) => instrument)).toEqual(['tasker.step.duration']);
    expect(recorded.at(0)?.value).toBeGreaterThanOrEqual(0);
    expect(recorded.at(0)?.value).toBeLessThan(60);
  });

  it('forgets an attempt that was taken away', () => {
    subscriber.begin(FACTS['step.execution_requested']);
    subscriber.forget(FACTS['step.outcome_stale']);
    subscriber.measure(FACTS['${end}'], '${end}');

    expect(recorded).toEqual([]);
  });`;
  const facts = new Set([...events, ...(end === undefined ? [] : ['step.execution_requested', 'step.outcome_stale'])]);
  const counted = events.map((event) => {
    const { method, instrument } = COUNTERS[counterOf(event)];
    return `  it('counts ${event}', () => {
    subscriber.${method}(FACTS['${event}'], '${event}');

    expect(recorded).toEqual([{ instrument: '${instrument}', value: 1, event: '${event}' }]);
  });`;
  });
  return `${testImports(runner, 'afterAll', 'beforeAll', 'beforeEach', 'describe', 'expect', 'it')}import { metrics, type Attributes, type MeterProvider } from '@opentelemetry/api';
import { ${className} } from '${importedAs}';

${exampleConstants([...facts])}
const FACTS = {
${[...facts].map((event) => `  '${event}': ${exampleOf(event)},`).join('\n')}
} as const;

interface Recorded {
  readonly instrument: string;
  readonly value: number;
  readonly event: unknown;
}

describe('${className}', () => {
  const recorded: Recorded[] = [];
  let subscriber: ${className};

  beforeAll(() => {
    const recorderFor = (instrument: string) => (value: number, attributes: Attributes) => {
      recorded.push({ instrument, value, event: attributes['event'] });
    };
    const meter = {
      createCounter: (name: string) => ({ add: recorderFor(name) }),
      createHistogram: (name: string) => ({ record: recorderFor(name) }),
    };
    metrics.setGlobalMeterProvider({ getMeter: () => meter } as unknown as MeterProvider);
  });
  afterAll(() => metrics.disable());
  beforeEach(() => {
    recorded.length = 0;
    subscriber = new ${className}();
  });

${counted.join('\n\n')}${measured}
});
`;
}
