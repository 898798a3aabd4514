import { describe, expect, it } from '@jest/globals';
import { TemplateReader } from '../../../lib/insight/template.reader.js';
import { TemplateDirectory } from '../../../lib/templates/template.directory.js';
import { TemplateRegistry } from '../../../lib/templates/template.registry.js';
import { UnknownTemplateError } from '../../../lib/templates/unknown-template.error.js';
import type { JsonObject } from '../../../lib/workflow/json.js';
import type { TaskTemplate } from '../../../lib/workflow/task-template.js';

const IDENTITY = { namespace: 'shop', name: 'order', version: '1.0.0' };

/** What is shown of the configuration of a step. */
async function shown(handlerConfig: JsonObject): Promise<JsonObject> {
  const template = { ...IDENTITY, steps: [{ name: 'only', dependsOn: [], handlerConfig }] };
  const directory = {
    list: () => Promise.resolve([IDENTITY]),
    latestVersion: () => IDENTITY.version,
    recall: () => Promise.resolve({ template, namedTaskId: '1' }),
  };
  const reader = new TemplateReader(directory as unknown as TemplateDirectory);
  return (await reader.get('shop', 'order')).steps[0]!.handlerConfig;
}

describe('with a scope', () => {
  const EAST = { namespace: 'east', name: 'order', version: '1.0.0' };
  const NEWER = { ...EAST, version: '2.0.0' };
  const WEST = { namespace: 'west', name: 'order', version: '3.0.0' };

  function reader(): TemplateReader {
    const registry = new TemplateRegistry();
    for (const template of [EAST, NEWER, WEST])
      registry.register({ ...template, description: '', steps: [] } as unknown as TaskTemplate);
    return new TemplateReader(new TemplateDirectory(registry));
  }

  it('there are the templates and namespaces in it, and no others', async () => {
    const scope = { namespaces: ['east'] };
    expect(await reader().namespaces(scope)).toEqual([{ name: 'east', templateCount: 1 }]);
    expect(await reader().list('east', scope)).toMatchObject([{ name: 'order', versions: ['2.0.0', '1.0.0'] }]);
    expect(await reader().find('west', 'order', '3.0.0', scope)).toBeNull();
    expect(await reader().namespaces({ namespaces: [] })).toEqual([]);
  });

  it('messages name what is in it, and nothing else', async () => {
    const scope = { namespaces: ['east'] };
    await expect(reader().list('west', scope)).rejects.toThrow('There is no namespace "west". Known: east.');
    const problem = reader().get('east', 'ordr', 'latest', scope);
    await expect(problem).rejects.toThrow(UnknownTemplateError);
    await expect(problem).rejects.not.toThrow(/west/);
  });

  it('the latest version is the highest one in it', async () => {
    const scope = { templates: [{ ...EAST }] };
    expect(await reader().list('east', scope)).toMatchObject([{ versions: ['1.0.0'], latestVersion: '1.0.0' }]);
    expect(await reader().find('east', 'order', 'latest', scope)).toMatchObject({
      version: '1.0.0',
      versions: ['1.0.0'],
    });
    expect(await reader().find('east', 'order', '2.0.0', scope)).toBeNull();
  });

  it('that is about tasks only, all are there', async () => {
    expect(await reader().namespaces({ tags: ['red'] })).toHaveLength(2);
  });
});

describe('what is shown of the configuration of a step', () => {
  it('lacks what may be secret by its name, however deep it lies', async () => {
    const config = {
      url: 'https://carrier.example',
      headers: { Authorization: 'Bearer 1', 'X-API-Key': '2', Accept: 'application/json' },
      accounts: [{ name: 'a', password: '3', tokens: ['4', '5'] }, [{ client_secret: { id: '6' } }]],
      retries: 3,
      note: null,
    };
    expect(await shown(config)).toEqual({
      url: 'https://carrier.example',
      headers: { Authorization: '[redacted]', 'X-API-Key': '[redacted]', Accept: 'application/json' },
      accounts: [{ name: 'a', password: '[redacted]', tokens: '[redacted]' }, [{ client_secret: '[redacted]' }]],
      retries: 3,
      note: null,
    });
    expect(config.headers.Authorization).toBe('Bearer 1'); // those who run the step still have it
  });
});
