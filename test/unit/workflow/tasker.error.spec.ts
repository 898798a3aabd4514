import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { InvalidAuthProvidersError } from '../../../lib/auth/auth.errors.js';
import { InvalidStepHandlersError } from '../../../lib/handlers/handler.errors.js';
import { InvalidOptionsError } from '../../../lib/options/options.errors.js';
import { DatabaseBehindError, MigrationFailedError } from '../../../lib/persistence/migration.errors.js';
import { MissingDataSourceError } from '../../../lib/persistence/persistence.errors.js';
import { LackingPrivilegesError } from '../../../lib/persistence/role.errors.js';
import { ChangedTemplatesError } from '../../../lib/templates/changed-templates.error.js';
import { InvalidTaskTemplatesError } from '../../../lib/templates/invalid-task-templates.error.js';
import type { TaskerError } from '../../../lib/workflow/tasker.error.js';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import { aChain, aTemplate } from '../../support/factories.js';
import { SETTINGS } from '../templates/loading.support.js';

/** Of the stack, and of the class and code around it. */
const FRAMES = Error.stackTraceLimit + 3;

const [loaded] = loadTemplates([aTemplate(aChain('a', 'b', 'c'))], SETTINGS).templates;
const faults = ['one', 'two', 'three'];
const files = Array.from({ length: 60 }, (_, index) => `functions/f${index}.sql`);
const refusal = Object.assign(new Error('permission denied'), { query: 'x'.repeat(10_000), parameters: files });
const refused = new MigrationFailedError('tasker', 'migrations/0001_tables.sql', refusal);

/** As they reach a console: by a logger or `console.error`, and from Node when nobody caught them. */
const printed: readonly [string, TaskerError][] = [
  ['ChangedTemplatesError', new ChangedTemplatesError([{ template: loaded!.template, changes: ['step a is gone'] }])],
  ['DatabaseBehindError', new DatabaseBehindError('tasker', files)],
  ['InvalidAuthProvidersError', new InvalidAuthProvidersError(faults)],
  ['InvalidOptionsError', new InvalidOptionsError(faults)],
  ['InvalidStepHandlersError', new InvalidStepHandlersError(faults)],
  [
    'InvalidTaskTemplatesError',
    new InvalidTaskTemplatesError(
      faults.map((message) => ({ pointer: '/name', source: 'a.yaml', line: 1, column: 1, message })),
    ),
  ],
  [
    'LackingPrivilegesError',
    new LackingPrivilegesError(
      'app',
      'tasker',
      files.map((object) => ({ object, privileges: 'select', owner: 'ann' })),
    ),
  ],
  ['MissingDataSourceError', new MissingDataSourceError('orders')],
];

describe('an error at start', () => {
  it.each(printed)('is its message and its stack where it is logged: %s', (name, error) => {
    const text = inspect(error, { depth: 5 });
    expect(text).toBe(error.stack);
    expect(text.startsWith(`${name}: ${error.message}\n`)).toBe(true);
  });

  it.each(printed)('is hardly more when Node prints it because nobody caught it: %s', (_, error) => {
    const lines = inspect(error, { depth: 5, customInspect: false }).split('\n');
    expect(lines.length).toBeLessThanOrEqual(error.message.split('\n').length + FRAMES);
  });

  it('names its cause without what a driver adds to it', () => {
    const text = inspect(refused);
    expect(text).toContain('\nCaused by: Error: permission denied\n');
    expect(text.split('\n').length).toBeLessThan(3 * FRAMES);
    expect(text).not.toContain('xxx');
  });

  it('keeps its facts for programs', () => {
    expect(new InvalidOptionsError(faults).faults).toEqual(faults);
    expect(new InvalidOptionsError(faults)).toMatchObject({ code: 'TASKER_INVALID_OPTIONS', httpStatus: 500, faults });
  });
});
