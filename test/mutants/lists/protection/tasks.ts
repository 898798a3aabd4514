import type { MutantsOfFile } from '../../mutant.js';
import {
  sensitiveErasure,
  sensitiveKeys,
  sensitiveOutcomes,
  sensitiveRedaction,
  sensitiveRepeats,
} from '../../specs.js';

/** Sensitive values of tasks: where they come from, who gets them, and what becomes of them. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/protection/sensitive-data.service.ts',
    tests: [sensitiveRedaction, sensitiveKeys],
    mutants: [
      {
        mistake: 'keeps results that a person gives',
        find: 'found.sensitive.results, resultsOf',
        replace: '[], resultsOf',
      },
      { mistake: 'does not encrypt', find: 'return key ? {', replace: 'return key && !text ? {' },
      {
        mistake: 'believes values of another shape',
        find: 'if (!Array.isArray(values) || !values.every(isTakenValue))',
        replace: 'if (!Array.isArray(values))',
      },
      {
        mistake: 'hashes people without the secret',
        find: "createHmac('sha256', subjectSecret)",
        replace: "createHmac('sha256', '')",
        tests: [sensitiveRepeats],
      },
      {
        mistake: 'lets a host start without the secret',
        find: 'if (about.length > 0 && ',
        replace: 'if (about.length > 1 && ',
        tests: [sensitiveRepeats],
      },
    ],
  },
  {
    file: 'lib/protection/sensitive.reader.ts',
    tests: [sensitiveKeys],
    mutants: [
      {
        mistake: 'reads no task if the values of one are unreadable',
        find: '.catch((error: unknown) => error as Error)',
        replace: '',
      },
      {
        mistake: 'gives a task the values of another',
        find: 'this.read(stored.get(taskId)!, claim)',
        replace: 'this.read(values, claim)',
        tests: [sensitiveOutcomes],
      },
    ],
  },
  {
    file: 'lib/protection/reencryption.ts',
    tests: [sensitiveKeys],
    mutants: [
      {
        mistake: 'ends after the first batch',
        find: 'batch.length > 0 && ',
        replace: 'batch.length > BATCH && ',
      },
      {
        mistake: 'leaves the others of a batch if one is unreadable',
        find: "renewed.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))",
        replace: "renewed.every((each) => each.status === 'fulfilled') ? renewed.map((each) => each.value) : []",
      },
      {
        mistake: 'says nothing of values that are unreadable',
        find: 'if (unreadable) throw unreadable.reason;',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/persistence/sensitive-value.gateway.ts',
    tests: [sensitiveKeys],
    mutants: [
      {
        mistake: 'replaces values that have changed meanwhile',
        find: " and v.content = decode(c.old_content, 'base64')",
        replace: '',
      },
      {
        mistake: 'does not see values without a key',
        find: 'where v.key_id is null)`',
        replace: "where v.key_id = '')`",
      },
      {
        mistake: 'reads the results of no parent',
        find: 'v.workflow_step_id = 0 or v.workflow_step_id in (',
        replace: 'v.workflow_step_id = 0 or v.workflow_step_id in (0) and v.workflow_step_id in (',
      },
    ],
  },
  {
    file: 'lib/engine/steps/claimed.secrets.ts',
    tests: [sensitiveKeys],
    mutants: [
      {
        mistake: 'ends the fault when values of another task are read',
        find: 'if (this.troubled.size === 0) this',
        replace: 'this',
      },
      { mistake: 'keeps the fault for ever', find: 'if (now - at > FORGET_MS)', replace: 'if (now < at)' },
      {
        mistake: 'runs steps whose values are unreadable',
        find: 'return { steps, unreadable, left };',
        replace: 'return { steps, unreadable: [], left };',
      },
      {
        mistake: 'runs steps whose values were not read',
        find: 'if (values === null) left.push(step.id);',
        replace: 'if (values === null) return step;',
      },
    ],
  },
  {
    file: 'lib/engine/steps/step.run.ts',
    tests: [sensitiveOutcomes],
    mutants: [
      {
        mistake: 'keeps the values of earlier steps in errors',
        find: '    this.scrubs = undefined;',
        replace: '',
        tests: [sensitiveOutcomes],
      },
    ],
  },
  {
    file: 'lib/engine/tasks/task.identity.ts',
    tests: [sensitiveRepeats],
    mutants: [
      {
        mistake: 'lets values be guessed from the hash of a request',
        find: "digest(['hash', request as unknown as JsonObject], secret)",
        replace: "digest(['hash', request as unknown as JsonObject])",
      },
    ],
  },
  {
    file: 'lib/engine/tasks/task.starter.ts',
    tests: [sensitiveRedaction],
    mutants: [
      {
        mistake: 'takes requests with other values for the same',
        find: ' && (await this.hasSameSecrets(asked[place]!, speaker))',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/engine/tasks/task.rerunner.ts',
    tests: [sensitiveRepeats],
    mutants: [
      {
        mistake: 'repeats a task with placeholders',
        find: 'return this.secrets.complete(old);',
        replace: 'return { task: old, taken: [] };',
      },
    ],
  },
  {
    file: 'lib/engine/tasks/task.bulk.runner.ts',
    tests: [sensitiveRepeats, sensitiveErasure],
    mutants: [
      {
        mistake: 'ignores the ids next to a person',
        find: '{ ...filter, ...about }',
        replace: 'dataSubject === undefined ? filter : about',
      },
    ],
  },
  {
    file: 'lib/engine/tasks/final-hook.runner.ts',
    tests: [sensitiveRepeats],
    mutants: [
      {
        mistake: 'logs what a task handler quotes',
        find: 'throw new Scrubber(secretsIn(taken)).thrown(error);',
        replace: 'throw error;',
      },
      {
        mistake: 'gives a task handler placeholders',
        find: 'await this.secrets.complete(stored);',
        replace: '{ task: stored, taken: [] as const };',
      },
    ],
  },
];
