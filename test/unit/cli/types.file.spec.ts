import { describe, expect, it } from '@jest/globals';
import { typesFile } from '../../../lib/cli/types/types.file.js';
import type { TaskTemplate } from '../../../lib/workflow/task-template.js';

describe('the description of a template in the file of types', () => {
  it('is a comment of one line, which ends where it should', () => {
    const template = { namespace: 'shop', name: 'pay', version: '1.0.0', contextSchema: null, steps: [] };
    const described = { ...template, description: 'Pays /* all */\n  bills. */ ' } as unknown as TaskTemplate;
    expect(typesFile([described])).toContain('/** Pays /* all *\\/ bills. *\\/ */\nexport const pay = defineTask({\n');
  });
});
