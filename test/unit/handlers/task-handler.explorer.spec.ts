import { Injectable, Scope, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import type { InvalidTaskHandlersError } from '../../../lib/handlers/handler.errors.js';
import { TaskHandler } from '../../../lib/handlers/task-handler.decorator.js';
import { TaskHandlerExplorer } from '../../../lib/handlers/task-handler.explorer.js';
import { TaskHandlerRegistry } from '../../../lib/handlers/task-handler.registry.js';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import type { TaskTemplate } from '../../../lib/workflow/task-template.js';
import { aTemplate } from '../../support/factories.js';
import { SETTINGS } from '../templates/loading.support.js';

const templatesOf = (...names: readonly (readonly [string, string])[]): readonly TaskTemplate[] =>
  loadTemplates(
    names.map(([name, version]) => aTemplate(undefined, { name, version })),
    SETTINGS,
  ).templates.map(({ template }) => template);

/** What is registered for some templates by providers. */
async function explore(
  providers: readonly Provider[],
  templates: readonly TaskTemplate[],
): Promise<TaskHandlerRegistry> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    providers: [TaskHandlerExplorer, TaskHandlerRegistry, ...providers],
  }).compile();
  await module.init();
  module.get(TaskHandlerExplorer).explore(templates);
  return module.get(TaskHandlerRegistry);
}

const faultsOf = (providers: readonly Provider[], templates: readonly TaskTemplate[]): Promise<readonly string[]> =>
  explore(providers, templates).then(
    () => Promise.reject(new Error('it was accepted')),
    (error: unknown) => (error as InvalidTaskHandlersError).faults,
  );

/** A provider class with these members. */
function handler(name: string, members: object, version?: string): Provider {
  const Made = {
    [name]: class {
      readonly made = Object.assign(this, members);
    },
  }[name]!;
  TaskHandler({ namespace: 'tests', name: 'order', ...(version !== undefined && { version }) })(Made);
  return Made;
}

const SCHEMA = { schema: { type: 'object', required: ['id'] } };

describe('a task handler', () => {
  it('is for every version of its template when it names none', async () => {
    const templates = templatesOf(['order', '1.0.0'], ['order', '2.0.0'], ['other', '1.0.0']);
    const registry = await explore([handler('Orders', SCHEMA)], templates);
    expect(templates.map((template) => registry.find(template)?.name)).toEqual(['Orders', 'Orders', undefined]);
    expect(registry.find(templates[0]!)).toMatchObject(SCHEMA);
  });

  it('is for one version when it names one, beside that of another', async () => {
    const templates = templatesOf(['order', '1.0.0'], ['order', '2.0.0']);
    const providers = [handler('Old', SCHEMA, '1.0.0'), handler('New', { identify: () => 'x' }, '2.0.0')];
    const registry = await explore(providers, templates);
    expect(templates.map((template) => registry.find(template)!.name)).toEqual(['Old', 'New']);
    expect(registry.find(templates[1]!)!.schema).toBeNull();
  });
});

describe('task handlers that cannot be used', () => {
  it('are all told of at once, each with what is allowed', async () => {
    @Injectable({ scope: Scope.REQUEST })
    @TaskHandler({ namespace: 'tests', name: 'order' })
    class Scoped {}
    @TaskHandler({ name: 'order' })
    class Elsewhere {
      identify(): null {
        return null;
      }
    }
    const faults = await faultsOf(
      [
        Scoped,
        Elsewhere,
        handler('Unversioned', SCHEMA, '3.0.0'),
        handler('Idle', {}),
        handler('Mistaken', { identify: 'id', updateAnnotations: 7 }),
        handler('Listing', { schema: [] }),
        handler('Faulty', { schema: { type: 'objekt' } }),
        handler('Unstorable', { schema: { const: () => 1 } }),
      ],
      templatesOf(['order', '1.0.0']),
    );
    const text = faults.join('\n');
    expect(text).toContain('Scoped is request-scoped');
    expect(text).toContain('Elsewhere is for an unknown template "default/order"; known: tests/order');
    expect(text).toContain('Unversioned is for an unknown template "tests/order@3.0.0"; known: tests/order@1.0.0');
    expect(text).toContain('Idle has none of the members schema, identify, establishStepDependenciesAndDefaults');
    expect(text).toContain('Mistaken has a member identify that is a string, not a method');
    expect(text).toContain('Mistaken has a member updateAnnotations that is a number, not a method');
    expect(text).toContain('Listing has a schema that must be an object, got a list');
    expect(text).toMatch(/Faulty has a schema that cannot be used: schema\.type must/);
    expect(text).toMatch(/Unstorable has a schema that cannot be used: schema\.const must be a JSON value/);
  });

  it('are two for one template, also when one is for all versions of it', async () => {
    const providers = [handler('All', SCHEMA), handler('One', SCHEMA, '1.0.0')];
    expect(await faultsOf(providers, templatesOf(['order', '1.0.0'], ['order', '2.0.0']))).toEqual([
      'both All and One are for tests/order@1.0.0',
    ]);
  });
});
