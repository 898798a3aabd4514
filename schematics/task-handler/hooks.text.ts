import type { TestRunner } from '../host/host.project';
import { quoted } from '../writing/quoted';
import { testImports } from '../writing/test.text';
import { ending, type Files } from './files';
import type { Workflow } from './workflow';

/** The task handler of the template. */
export function hooksText({ name, namespace, task, host }: Workflow, files: Files): string {
  return `import { Injectable } from '@nestjs/common';
import {
  TaskHandler,
  type EndedStep,
  type EndedTask,
  type NewAnnotation,
  type TaskHandlerContract,
} from 'nestjs-tasker';
import type { ${name.pascal}Context } from './${files.types}${ending(host)}';

@Injectable()
@TaskHandler({ namespace: ${quoted(namespace)}, name: ${quoted(task)} })
export class ${name.pascal}Hooks implements TaskHandlerContract<${name.pascal}Context> {
  /** Called when a task ends; its return value is stored once, as annotations of the task. */
  updateAnnotations(
    task: EndedTask<${name.pascal}Context>,
    steps: readonly EndedStep[],
  ): NewAnnotation[] {
    const failed = steps.filter(({ state }) => state === 'error').map(({ name }) => name);
    return [{ type: 'ended', annotation: { inputId: task.context.inputId, failed } }];
  }
}
`;
}

export function hooksTest(
  { name, namespace, task, version, steps, host }: Workflow,
  files: Files,
  runner: TestRunner,
): string {
  const step = quoted(steps[0]!.name);
  return `${testImports(runner, 'describe', 'expect', 'it')}import type { EndedStep, EndedTask } from 'nestjs-tasker';
import { ${name.pascal}Hooks } from './${files.hooks}${ending(host)}';
import type { ${name.pascal}Context } from './${files.types}${ending(host)}';

describe('${name.pascal}Hooks', () => {
  it('notes which steps failed', () => {
    const task: EndedTask<${name.pascal}Context> = {
      id: '1',
      namespace: ${quoted(namespace)},
      name: ${quoted(task)},
      version: ${quoted(version)},
      state: 'error',
      endedAt: new Date(),
      context: { inputId: 17 },
      initiator: 'test',
      sourceSystem: 'test',
      reason: 'test',
      tags: [],
    };
    const failed: EndedStep = {
      id: '1',
      name: ${step},
      state: 'error',
      dependsOn: [],
      attempts: 3,
      retryLimit: 3,
      results: null,
      error: { message: 'The service is away', code: null, class: 'Error' },
    };

    expect(new ${name.pascal}Hooks().updateAnnotations(task, [failed])).toEqual([
      { type: 'ended', annotation: { inputId: 17, failed: [${step}] } },
    ]);
  });
});
`;
}
