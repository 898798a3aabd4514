import type { TestRunner } from '../host/host.project';
import type { Name } from '../writing/names';
import { quoted } from '../writing/quoted';
import { keptLog, testImports } from '../writing/test.text';
import type { DeclaredEvents } from './declared.events';

export interface EventsParts {
  readonly name: Name;
  /** Ending of import paths: `.js`, or empty. */
  readonly ending: string;
  readonly events: DeclaredEvents;
}

/** A catalogue that begins with this is rewritten without asking. */
export const CATALOGUE_MARK = '// Written by `nestjs-tasker generate events`';

export function catalogueText({ name, events }: EventsParts): string {
  const entries = [...events].map(([event, description]) => `  ${quoted(event)}: ${quoted(description)},`);
  return `${CATALOGUE_MARK}, which overwrites changes: edit the templates instead.

/** The custom events of the templates, with their descriptions. */
export const ${constantOf(name)} = {
${entries.join('\n')}
} as const;

export type ${name.pascal}EventName = keyof typeof ${constantOf(name)};
`;
}

export function busText({ name, ending }: EventsParts): string {
  const { pascal } = name;
  return `import { Injectable, Logger } from '@nestjs/common';
import type { ${pascal}EventName } from './${name.kebab}.events${ending}';

/** The attempt that publishes an event; the context of a handler is one. */
export interface PublishingAttempt {
  readonly task: { readonly id: string };
  readonly step: { readonly name: string };
  readonly attempt: number;
}

export interface ${pascal}Event {
  readonly name: ${pascal}EventName;
  readonly taskId: string;
  readonly step: string;
  readonly attempt: number;
  /** Data from the handler. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type ${pascal}Listener = (event: ${pascal}Event) => unknown;

/**
 * Delivers the events that handlers publish to listeners in this process. Delivery is immediate, so it comes before the outcome of
 * the step is stored, and a repeated attempt publishes again. Work that must happen exactly once belongs in a step.
 */
@Injectable()
export class ${pascal}EventBus {
  private readonly logger = new Logger(${pascal}EventBus.name);
  private readonly listeners = new Map<${pascal}EventName, readonly ${pascal}Listener[]>();

  /** Nothing waits for a listener, and its failure does not affect others. @returns a function that ends the subscription */
  on(name: ${pascal}EventName, listener: ${pascal}Listener): () => void {
    const own: ${pascal}Listener = (event) => listener(event);
    this.listeners.set(name, [...this.listenersTo(name), own]);
    return () => {
      this.listeners.set(
        name,
        this.listenersTo(name).filter((each) => each !== own),
      );
    };
  }

  publish(name: ${pascal}EventName, { task, step, attempt }: PublishingAttempt, data: ${pascal}Event['data'] = {}): void {
    const event = { name, taskId: task.id, step: step.name, attempt, data };
    for (const listener of this.listenersTo(name)) void this.deliver(event, listener);
  }

  private async deliver(event: ${pascal}Event, listener: ${pascal}Listener): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      this.logger.error(\`A listener failed to handle \${event.name}.\`, error instanceof Error ? error.stack : String(error));
    }
  }

  private listenersTo(name: ${pascal}EventName): readonly ${pascal}Listener[] {
    return this.listeners.get(name) ?? [];
  }
}
`;
}

export function subscriberText({ name, ending }: EventsParts): string {
  const { pascal, kebab } = name;
  return `import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ${pascal}EventBus, type ${pascal}Event } from './${kebab}-event.bus${ending}';
import { ${constantOf(name)}, type ${pascal}EventName } from './${kebab}.events${ending}';

/** An example: writes every event into the log. */
@Injectable()
export class ${pascal}EventSubscriber implements OnModuleInit {
  private readonly logger = new Logger(${pascal}EventSubscriber.name);

  constructor(private readonly bus: ${pascal}EventBus) {}

  onModuleInit(): void {
    const names = Object.keys(${constantOf(name)}) as ${pascal}EventName[];
    for (const name of names) this.bus.on(name, (event) => this.log(event));
  }

  private log({ name, taskId, step, data }: ${pascal}Event): void {
    this.logger.log(\`\${name} by \${step} of task \${taskId}: \${JSON.stringify(data)}\`);
  }
}
`;
}

export function busTest({ name, ending, events }: EventsParts, runner: TestRunner): string {
  const { pascal, kebab } = name;
  const event = quoted([...events.keys()][0]!);
  return `${testImports(runner, 'afterAll', 'beforeAll', 'describe', 'expect', 'it')}import { Logger } from '@nestjs/common';
import { stepContext } from 'nestjs-tasker/testing';
import { ${pascal}EventBus, type ${pascal}Event } from './${kebab}-event.bus${ending}';

describe('${pascal}EventBus', () => {
  const errors: string[] = [];

${keptLog('errors')}

  it('tells listeners what a handler publishes, until they leave', () => {
    const bus = new ${pascal}EventBus();
    const heard: ${pascal}Event[] = [];
    const leave = bus.on(${event}, (event) => heard.push(event));

    bus.publish(${event}, stepContext({ step: 'charge', attempt: 2 }), { amount: 5 });
    leave();
    bus.publish(${event}, stepContext());

    expect(heard).toEqual([{ name: ${event}, taskId: '1', step: 'charge', attempt: 2, data: { amount: 5 } }]);
  });

  it('logs what a listener fails with, and tells the others', async () => {
    const bus = new ${pascal}EventBus();
    const heard: ${pascal}Event[] = [];
    bus.on(${event}, () => {
      throw new Error('at once');
    });
    bus.on(${event}, () => Promise.reject(new Error('later')));
    bus.on(${event}, (event) => heard.push(event));

    bus.publish(${event}, stepContext());
    await new Promise((resolve) => setImmediate(resolve));

    expect(heard).toHaveLength(1);
    expect(errors).toHaveLength(2);
  });
});
`;
}

export function subscriberTest({ name, ending, events }: EventsParts, runner: TestRunner): string {
  const { pascal, kebab } = name;
  const first = [...events.keys()][0]!;
  const event = quoted(first);
  return `${testImports(runner, 'afterAll', 'beforeAll', 'describe', 'expect', 'it')}import { Logger } from '@nestjs/common';
import { stepContext } from 'nestjs-tasker/testing';
import { ${pascal}EventBus } from './${kebab}-event.bus${ending}';
import { ${pascal}EventSubscriber } from './${kebab}-event.subscriber${ending}';

describe('${pascal}EventSubscriber', () => {
  const lines: string[] = [];

${keptLog('lines')}

  it('logs an event', () => {
    const bus = new ${pascal}EventBus();
    new ${pascal}EventSubscriber(bus).onModuleInit();

    bus.publish(${event}, stepContext({ step: 'charge' }), { amount: 5 });

    expect(lines).toEqual([${quoted(`${first} by charge of task 1: {"amount":5}`)}]);
  });
});
`;
}

/** `SHOP_ORDER_EVENTS`. */
function constantOf({ snake }: Name): string {
  return `${snake.toUpperCase()}_EVENTS`;
}
