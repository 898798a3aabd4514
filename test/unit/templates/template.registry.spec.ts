import { beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { ContextValidator } from '../../../lib/templates/context.validator.js';
import { TemplateRegistry } from '../../../lib/templates/template.registry.js';
import { TemplatesModule } from '../../../lib/templates/templates.module.js';
import type { TaskTemplate } from '../../../lib/workflow/task-template.js';
import { templateLabel } from '../../../lib/workflow/task-template.js';

const template = (namespace: string, name: string, version: string): TaskTemplate => ({
  namespace,
  name,
  version,
  description: '',
  steps: [],
  deadlineSeconds: null,
  contextSchema: null,
});

let registry: TemplateRegistry;

beforeEach(() => {
  registry = new TemplateRegistry();
  for (const version of ['1.9.0', '1.10.0', '2.0.0-beta.1']) registry.register(template('shop', 'order', version));
  registry.register(template('shop', 'refund', '2.1.0'));
  registry.register(template('support', 'refund', '1.0.0-rc.2'));
  registry.register(template('support', 'refund', '1.0.0-rc.10'));
});

describe('the registry of templates', () => {
  it('finds an exact version', () => {
    expect(registry.find('shop', 'order', '1.9.0')).toMatchObject({ version: '1.9.0' });
    expect(registry.find('shop', 'order', '1.9')).toBeUndefined();
    expect(registry.find('nowhere', 'order', '1.9.0')).toBeUndefined();
  });

  it('takes the highest release as the latest, compared as versions and not as text', () => {
    expect(registry.get('shop', 'order', 'latest').version).toBe('1.10.0');
  });

  it('takes the highest pre-release as the latest when there is nothing else', () => {
    expect(registry.get('support', 'refund', 'latest').version).toBe('1.0.0-rc.10');
  });

  it('has no latest of what it does not know', () => {
    expect(registry.find('shop', 'nothing', 'latest')).toBeUndefined();
  });

  it('lists versions highest first', () => {
    expect(registry.versionsOf('shop', 'order')).toEqual(['2.0.0-beta.1', '1.10.0', '1.9.0']);
    expect(registry.versionsOf('shop', 'nothing')).toEqual([]);
    expect(registry.versionsOf('nowhere', 'order')).toEqual([]);
  });

  it('lists all, by namespace and name and then highest first', () => {
    expect(registry.list().map(templateLabel)).toEqual([
      'shop/order@2.0.0-beta.1',
      'shop/order@1.10.0',
      'shop/order@1.9.0',
      'shop/refund@2.1.0',
      'support/refund@1.0.0-rc.10',
      'support/refund@1.0.0-rc.2',
    ]);
  });

  it('keeps apart names that look alike when written with their namespace', () => {
    registry.register(template('a/b', 'c', '1.0.0'));
    registry.register(template('a', 'b/c', '1.0.0'));
    expect(registry.get('a', 'b/c', '1.0.0').namespace).toBe('a');
  });

  it('refuses a second template of the same name and version, but not the very same one', () => {
    const same = registry.get('shop', 'order', '1.9.0');
    expect(() => registry.register(same)).not.toThrow();
    expect(() => registry.register({ ...same })).toThrow(
      expect.objectContaining({
        code: 'TASKER_DUPLICATE_TEMPLATE',
        message: 'The task template shop/order@1.9.0 is already registered. Give one of the two another version.',
      }),
    );
  });
});

describe('asking for a template that nobody registered', () => {
  const messageFor = (namespace: string, name: string, version: string): string => {
    try {
      registry.get(namespace, name, version);
    } catch (error) {
      expect(error).toMatchObject({
        code: 'TASKER_UNKNOWN_TEMPLATE',
        httpStatus: 404,
        namespace,
        templateName: name,
        version,
      });
      return (error as Error).message;
    }
    throw new Error('It was found.');
  };

  it('names the versions that exist', () => {
    expect(messageFor('shop', 'order', '1.8.0')).toBe(
      'There is no task template shop/order@1.8.0. Unknown version "1.8.0"; known: 2.0.0-beta.1, 1.10.0, 1.9.0. Did you mean "1.9.0"?',
    );
  });

  it('names the names that exist, and the nearest', () => {
    expect(messageFor('shop', 'ordre', '1.9.0')).toBe(
      'There is no task template shop/ordre@1.9.0. Unknown name "ordre"; known: order, refund. Did you mean "order"?',
    );
  });

  it('names the namespaces that have the name', () => {
    expect(messageFor('support', 'order', 'latest')).toBe(
      'There is no task template support/order@latest. Unknown name "order"; known: refund. That name exists in: shop.',
    );
    expect(messageFor('shpo', 'refund', '2.1.0')).toBe(
      'There is no task template shpo/refund@2.1.0. Unknown namespace "shpo"; known: shop, support. That name exists in: shop, support.',
    );
  });

  it('says so when there is nothing at all', () => {
    registry = new TemplateRegistry();
    expect(messageFor('default', 'order', '0.1.0')).toBe(
      'There is no task template default/order@0.1.0. Unknown namespace "default"; known: none.',
    );
  });
});

describe('the module of templates', () => {
  it('gives other rooms the registry and the validator of contexts', async () => {
    const module = await Test.createTestingModule({ imports: [TemplatesModule] }).compile();
    expect(module.get(TemplateRegistry)).toBeInstanceOf(TemplateRegistry);
    expect(module.get(ContextValidator)).toBeInstanceOf(ContextValidator);
  });
});
