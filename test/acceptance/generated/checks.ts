import type { ApplicationKind } from './application.kinds.js';
import type { GeneratedApplication } from './application.js';
import { finishTask } from './finished.task.js';
import { expectRefusal, REFUSALS } from './refusals.js';
import { GENERATORS, type GeneratorRow } from './generators.js';

/** One thing that an application has to pass, in its turn. */
export interface Check {
  readonly name: string;
  /** Without it, nothing after it can pass. @default false */
  readonly isNeeded?: boolean;
  /** @throws with what went wrong */
  run(application: GeneratedApplication): Promise<unknown>;
}

const MAKE: Check = { name: 'nest new', isNeeded: true, run: (application) => application.make() };

const QUALITY: readonly Check[] = [
  { name: 'lint', run: lint },
  { name: 'format', run: (application) => application.exec('prettier --check src test') },
  { name: 'build', run: (application) => application.run('npm run build') },
  { name: 'test', run: test },
];

/** Of an application that our schematic `app` made. */
const COMPLETE: readonly Check[] = [
  MAKE,
  ...QUALITY,
  { name: 'its acceptance', run: (application) => application.run('npm run acceptance', 180) },
];

/** @param isBounded one row of each schematic alone */
export function checks({ isComplete = false }: ApplicationKind, isBounded: boolean): readonly Check[] {
  return isComplete ? COMPLETE : checksOfAddition(isBounded);
}

function checksOfAddition(isBounded: boolean): readonly Check[] {
  const rows = GENERATORS.filter((row) => row.isBounded === true || !isBounded);
  return [
    MAKE,
    { name: 'nest add nestjs-tasker', isNeeded: true, run: add },
    ...rows.map((row) => ({ name: row.line, run: (application: GeneratedApplication) => generate(application, row) })),
    ...(isBounded ? [] : REFUSALS).map((refusal) => ({
      name: `refuses ${refusal.name}`,
      run: (application: GeneratedApplication) => expectRefusal(application, refusal),
    })),
    { name: 'types', run: writeTypes },
    ...QUALITY,
    { name: 'test:e2e', run: testEndToEnd },
    { name: 'a task over REST', run: runTask },
  ];
}

async function add(application: GeneratedApplication): Promise<void> {
  await application.exec('nest add nestjs-tasker', 300);
  await expectChanges(application, ['package.json', 'src/app.module.ts', 'src/main.ts']);
  await application.commit();
  await application.exec('nestjs-tasker generate nest-add');
  await expectNoChanges(application, 'a second nest-add');
}

/** Writes something, and nothing more when it is run again. */
async function generate(application: GeneratedApplication, { line, by = 'tasker' }: GeneratorRow): Promise<void> {
  const command = by === 'nest' ? `nest g -c nestjs-tasker ${line}` : `nestjs-tasker generate ${line}`;
  const output = await application.exec(command);
  // The Nest CLI exits with 0 when a schematic failed.
  if ((await application.changes()).length === 0) throw new Error(`${command} wrote nothing:\n${output}`);
  await application.commit();
  await application.exec(command);
  await expectNoChanges(application, 'a second run');
}

/** Of the templates in YAML that were generated; the linter, which may mend what it finds, has to leave the file alone. */
async function writeTypes(application: GeneratedApplication): Promise<void> {
  await application.exec('nestjs-tasker types');
  await expectChanges(application, ['src/task-templates.ts']);
  await application.commit();
}

async function lint(application: GeneratedApplication): Promise<void> {
  await application.exec(application.kind.lint);
  await application.run('npm run lint'); // may mend what it finds
  await expectNoChanges(application, 'npm run lint');
}

async function test(application: GeneratedApplication): Promise<void> {
  await application.exec('nestjs-tasker dev-database --temporary -- npm test', 600);
}

/** That of the Nest CLI, over the whole application. */
async function testEndToEnd(application: GeneratedApplication): Promise<void> {
  await application.exec('nestjs-tasker dev-database --temporary -- npm run test:e2e', 240);
}

/** The task of the first row. */
function runTask(application: GeneratedApplication): Promise<void> {
  const task = { namespace: 'ecommerce', name: 'process_order', version: '0.1.0', context: { inputId: 17 } };
  return finishTask(application, task);
}

async function expectChanges(application: GeneratedApplication, expected: readonly string[]): Promise<void> {
  const changed = await application.changes();
  const missing = expected.filter((path) => !changed.some((each) => each.endsWith(path)));
  if (missing.length > 0) throw new Error(`${missing.join(', ')} did not change, but only: ${changed.join(', ')}`);
}

async function expectNoChanges(application: GeneratedApplication, what: string): Promise<void> {
  const changed = await application.changes();
  await application.restore();
  if (changed.length > 0) throw new Error(`${what} changed ${changed.join(', ')}`);
}
