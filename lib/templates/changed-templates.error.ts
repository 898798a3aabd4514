import type { TaskTemplate } from '../workflow/task-template.js';
import { templateLabel } from '../workflow/task-template.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** A template that differs from the stored one of the same version. */
export interface ChangedTemplate {
  readonly template: Pick<TaskTemplate, 'namespace' | 'name' | 'version'>;
  /** The changes, from `describeChanges`. */
  readonly changes: readonly string[];
}

/** Templates differ from the stored ones of the same versions, whose tasks may still be running. */
export class ChangedTemplatesError extends TaskerError {
  readonly code = 'TASKER_CHANGED_TEMPLATES';

  constructor(readonly changed: readonly ChangedTemplate[]) {
    super(
      [
        ...changed.flatMap(({ template, changes }) => [
          `The task template ${templateLabel(template)} differs from the one in the database, which has the same version:`,
          ...changes.map((change) => `  ${change}`),
        ]),
        `Release a new version, or set the option templates.changed to 'replace' to use the new text for new tasks.`,
      ].join('\n'),
    );
    this.hide('changed');
  }
}
