import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { nameOf } from '../writing/names';
import { keptLog, testImports } from '../writing/test.text';
import { ANY, exampleConstants, exampleOf, subjectOf } from './event.names';

export function subscriberArtefact(events: readonly string[]): ClassArtefact {
  return {
    what: 'subscriber',
    role: 'subscriber',
    suffix: 'Subscriber',
    code: (names) => code(names, events),
    test: (names, runner) => test(names, runner, events),
    nextSteps: () => [
      'Use events for side effects that may be lost: each is published once, only in the process that made the change.',
      'docs/events.md lists all events, and what each carries.',
    ],
  };
}

function code({ className }: ClassNames, events: readonly string[]): string {
  const types = events.includes(ANY) ? 'type EventName, type EventPayload' : 'type EventPayload';
  return `import { Injectable, Logger } from '@nestjs/common';
import { OnTaskerEvent, TaskerSubscriber, ${types} } from 'nestjs-tasker';

/** Nothing waits for a listener, and its failure does not affect others. */
@Injectable()
@TaskerSubscriber()
export class ${className} {
  private readonly logger = new Logger(${className}.name);

${events.map((event) => listener(event)).join('\n\n')}
}
`;
}

function listener(event: string): string {
  if (event === ANY) {
    return `  @OnTaskerEvent('*')
  onEvent(payload: EventPayload<EventName>, event: EventName): void {
    this.logger.log(\`\${event}: \${JSON.stringify(payload)}\`);
  }`;
  }
  const { parameter, text } = TEXTS[event] ?? TEXTS[subjectOf(event)] ?? OTHER;
  const level = /failed$|stale$|lost$/.test(event) ? 'warn' : 'log';
  return `  @OnTaskerEvent('${event}')
  ${methodOf(event)}(${parameter}: EventPayload<'${event}'>): void {
    this.logger.${level}(\`${event}: ${text}\`);
  }`;
}

const STEP_TEXT = '${step} of task ${taskId} (${namespace}/${name}), attempt ${attempt}';
const STEP_FIELDS = 'taskId, namespace, name, step, attempt';

/** What a listener takes of the payload, and what it logs. */
interface Text {
  readonly parameter: string;
  readonly text: string;
}

/** The log line of an event, or else of its subject. */
const TEXTS: Readonly<Record<string, Text>> = {
  task: { parameter: '{ taskId, namespace, name }', text: 'task ${taskId} (${namespace}/${name})' },
  step: { parameter: `{ ${STEP_FIELDS} }`, text: STEP_TEXT },
  'step.failed': { parameter: `{ ${STEP_FIELDS}, error }`, text: `${STEP_TEXT}: \${error.message}` },
  worker: { parameter: '{ workerId }', text: 'worker ${workerId}' },
};
const OTHER: Text = { parameter: 'payload', text: '${JSON.stringify(payload)}' };

function methodOf(event: string): string {
  return `on${nameOf(event.replaceAll('.', '_'), 'event').pascal}`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner, events: readonly string[]): string {
  const isAny = events.includes(ANY);
  const examples = isAny ? ['task.completed'] : events;
  const calls = examples.map((event) => {
    const call = isAny ? `onEvent(${exampleOf(event)}, '${event}')` : `${methodOf(event)}(${exampleOf(event)})`;
    return `  it('logs ${event}', () => {
    subscriber.${call};

    expect(lines.at(-1)).toContain('${event}: ');
  });`;
  });
  return `${testImports(runner, 'afterAll', 'beforeAll', 'describe', 'expect', 'it')}import { Logger } from '@nestjs/common';
import { ${className} } from '${importedAs}';

${exampleConstants(examples)}
describe('${className}', () => {
  const subscriber = new ${className}();
  const lines: string[] = [];

${keptLog('lines')}

${calls.join('\n\n')}
});
`;
}
