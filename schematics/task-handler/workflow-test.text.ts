import type { TestRunner } from '../host/host.project';
import { quoted } from '../writing/quoted';
import { testImports } from '../writing/test.text';
import { ending, type Files } from './files';
import type { Workflow } from './workflow';

/** A test that runs a whole task with the real engine on a real PostgreSQL. */
export function workflowTest(workflow: Workflow, files: Files, runner: TestRunner): string {
  const { name, style, host, steps, task, template } = workflow;
  const isYaml = style === 'yaml';
  const definition = isYaml ? '' : `import { ${name.camel} } from './${files.types}${ending(host)}';\n`;
  const names = steps.map((step) => quoted(step.name)).join(', ');
  return `${testImports(runner, 'afterAll', 'beforeAll', 'describe', 'expect', 'it')}import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TaskerModule, TaskService } from 'nestjs-tasker';
import { TaskerTestKit, testDatabase, type TestDatabase } from 'nestjs-tasker/testing';
import { ${name.pascal}Module } from './${files.module}${ending(host)}';
${definition}
describe(${quoted(task)}, () => {
  let database: TestDatabase;
  let app: TestingModule;

  beforeAll(async () => {
    database = await testDatabase();
    app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url: database.url }),
        TaskerModule.forRoot({
          templates: [${isYaml ? quoted(template) : name.camel}],
          migrations: 'apply',
          worker: { enabled: false },
        }),
        ${name.pascal}Module,
      ],
    }).compile();
    await app.init();
  }, 120_000);

  afterAll(async () => {
    await app?.close();
    await database?.drop();
  });

  it('runs all of its steps', async () => {
    const { id } = await app.get(TaskService).start(${started(workflow)});
    const { state, steps } = await TaskerTestKit.of(app).runToEnd(id);

    expect(state).toBe('complete');
    expect(steps.map((step) => step.name)).toEqual([${names}]);
  }, 60_000);
});
`;
}

/** The arguments of `TaskService.start`. Formatters leave an object on several lines as it is, whatever its length. */
export function started({ style, name, namespace, task, version }: Workflow): string {
  if (style === 'typescript') return `${name.camel}, { context: { inputId: 17 } }`;
  return `{
      namespace: ${quoted(namespace)},
      name: ${quoted(task)},
      version: ${quoted(version)},
      context: { inputId: 17 },
    }`;
}
