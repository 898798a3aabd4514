import { describe, expect, it } from '@jest/globals';
import { aTemplate } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { SHAPE_NAMES, SHAPES } from '../../support/shapes.js';

const lab = useLab();

describe.each(SHAPE_NAMES)('the %s shape', (shape) => {
  it('completes', async () => {
    const script = aScript();
    const template = aTemplate(SHAPES[shape]);
    const { tasks, kit } = await lab.open({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start(template.request);
    await kit.runUntilIdle();
    expect((await kit.task(id)).state).toBe('complete');
  });
});
