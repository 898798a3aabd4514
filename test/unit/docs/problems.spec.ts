import { describe, expect, it } from '@jest/globals';
import { defineTask } from '../../../lib/templates/define-task.js';
import { handlerProblems } from '../../../lib/templates/handler.check.js';
import { InvalidTaskTemplatesError } from '../../../lib/templates/invalid-task-templates.error.js';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import { SETTINGS, withFiles } from '../templates/loading.support.js';
import { codeBlocks } from './pages.js';

const ORDER = `# yaml-language-server: $schema=../../../node_modules/nestjs-tasker/schemas/task-template.schema.json
name: process_order
namespace_name: ecommerce
version: 1.0
step_templates:
  - name: validate_cart
    handler: ecommerce.validate_cart
  - name: process_payment
    handler: ecommerce.process_payment
  - name: send_receipt
    handler: ecommerce.send_receipt
    depends_on: [vaildate_cart, process_payment]
`;

describe('the problems that the page on templates shows', () => {
  it('are what such templates have', () => {
    const refund = defineTask({ namespace: 'ecommerce', name: 'refund', version: '1.0.0' }).step('pay_back', {
      handler: 'ecommerce.refnd',
    });
    const handlers = ['process_payment', 'refund', 'send_receipt', 'validate_cart'].map((name) => `ecommerce.${name}`);
    withFiles({ 'order.yaml': ORDER }, (folder) => {
      const loaded = loadTemplates([folder, refund], SETTINGS);
      const { message } = new InvalidTaskTemplatesError([...loaded.problems, ...handlerProblems(loaded, handlers)]);
      const shown = codeBlocks('docs/templates.md').find(({ language }) => language === 'text')!;
      expect(`${message.replaceAll(folder, 'config/tasker/tasks')}\n`).toBe(shown.text);
    });
  });
});
