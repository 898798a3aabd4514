import type { MutantsOfFile } from '../../mutant.js';
import {
  boot,
  engine,
  limits,
  missingTemplates,
  scheduling,
  taskHandlers,
  transactional,
  versionsElsewhere,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/tasks/template.synchroniser.ts',
    tests: [boot, versionsElsewhere, taskHandlers, engine],
    mutants: [
      {
        mistake: 'starts although a template was changed without a new version',
        find: 'if (changed.length > 0) throw new ChangedTemplatesError(changed);',
        replace: '',
      },
      {
        mistake: 'lets steps of two templates share one limit',
        find: 'name: `${namespace}/${task}/${step.name}`',
        replace: 'name: step.name',
        tests: [limits, boot],
      },
      {
        mistake: 'asks a process that runs no steps for handlers',
        find: 'const unknown = worker.enabled ? handlerProblems',
        replace: 'const unknown = worker ? handlerProblems',
      },
    ],
  },
  {
    file: 'lib/engine/steps/step-template.cache.ts',
    tests: [missingTemplates, engine, versionsElsewhere, transactional],
    mutants: [
      {
        mistake: 'notes a parent whose template is missing nowhere',
        find: 'this.noteMissing([parentId]);',
        replace: '',
      },
      {
        mistake: 'runs a step ordinarily whose template alone says transactional',
        find: 'template.transactional || handler.options.transactional === true',
        replace: 'handler.options.transactional === true',
      },
      {
        mistake: 'never looks again for a template that was missing',
        find: 'if (this.missing.size > 0) await this.load(this.missing);',
        replace: '',
      },
      {
        mistake: 'runs a step without a variable that its config needs',
        find: 'if (handler && missing.length === 0) {',
        replace: 'if (handler) {',
        tests: [scheduling],
      },
    ],
  },
];
