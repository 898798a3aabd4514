import { describe, expect, it } from '@jest/globals';
import { TemplateReader } from '../../../lib/insight/template.reader.js';
import type { TemplateDirectory } from '../../../lib/templates/template.directory.js';
import type { JsonObject } from '../../../lib/workflow/json.js';

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
