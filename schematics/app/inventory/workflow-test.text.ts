import type { NewFile } from '../../writing/write.files';

export const WORKFLOW_TEST: NewFile = {
  path: 'src/inventory/stock-management.spec.ts',
  text: `import { afterAll, describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/test.app.js';
import {
  stockManagement,
  type StockManagementContext,
} from '../task-templates.js';

const app = await openTestApp();
afterAll(() => app.close());

describe('inventory/stock_management', () => {
  const check = async (context: StockManagementContext) =>
    app.run(await app.tasks.start(stockManagement, { context }));

  it('finds what runs low', async () => {
    const { task, results } = await check({ threshold: 10 });

    expect(task.state).toBe('complete');
    expect(results.identify_low_stock).toMatchObject({
      total_products_analyzed: 30,
      low_stock_count: 8,
      threshold_used: 10,
    });
  });

  it('looks at one category alone', async () => {
    const { results } = await check({ threshold: 10, category: 'furniture' });

    expect(results.identify_low_stock).toMatchObject({
      total_products_analyzed: 5,
      priority_reorder_list: [
        { title: 'Conference chair', urgency: 'critical', priority: 10 },
        { title: 'Wash basin', urgency: 'medium', priority: 3 },
      ],
    });
  });

  it('does not start without a threshold', async () => {
    // @ts-expect-error the compiler refuses it, too
    await expect(check({})).rejects.toThrow('threshold');
  });
});
`,
};
