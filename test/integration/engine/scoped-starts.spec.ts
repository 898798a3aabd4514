import { describe, expect, it } from '@jest/globals';
import { TaskReader, UnknownTemplateError, type TaskScope } from 'nestjs-tasker';
import { InvalidScopeError } from '../../../lib/workflow/task.scope.check.js';
import { useLab } from '../../support/lab.js';
import { SCOPED_HOST, TEMPLATES } from '../../support/scopes.js';

const lab = useLab();
const host = lab.share(SCOPED_HOST);

const [EAST, , WEST] = TEMPLATES;
const ONE_NAMESPACE: TaskScope = { namespaces: ['east'] };
const OLD_VERSION: TaskScope = { templates: [EAST!.request] };

async function countOfTasks(): Promise<number> {
  return (await host().get(TaskReader).list()).items.length;
}

describe('a start by a caller with a scope', () => {
  it('knows the templates in it, and no others', async () => {
    const { tasks } = host();
    expect(await tasks.start(EAST!.request, { scope: ONE_NAMESPACE })).toMatchObject({ namespace: 'east' });
    await expect(tasks.start(WEST!.request, { scope: ONE_NAMESPACE })).rejects.toThrow(UnknownTemplateError);
    await expect(tasks.startMany([EAST!.request, WEST!.request], { scope: ONE_NAMESPACE })).rejects.toThrow(
      UnknownTemplateError,
    );
    expect(await countOfTasks()).toBe(1);
  });

  it('is not told what there is elsewhere', async () => {
    const refused = (name: string, scope: TaskScope | null) =>
      host().tasks.start({ namespace: 'east', name, version: '1.0.0' }, { scope }).then(String, String);
    expect(await refused('refund', null)).toContain('west');
    expect(await refused('refund', ONE_NAMESPACE)).not.toContain('west');
    expect(await refused('order', { namespaces: ['west'] })).toBe(
      await refused('order', { templates: [{ namespace: 'west', name: 'order' }, WEST!.request] }),
    );
  });

  it('takes the highest version in it for the latest', async () => {
    const latest = { ...EAST!.request, version: 'latest' };
    expect(await host().tasks.start(latest)).toMatchObject({ version: '2.0.0' });
    expect(await host().tasks.start(latest, { scope: OLD_VERSION })).toMatchObject({ version: '1.0.0' });
  });

  it('takes it so where only workers elsewhere have it', async () => {
    await lab.open({ ...SCOPED_HOST, worker: { enabled: true } });
    const api = await lab.open({ templates: [] });
    const latest = { ...EAST!.request, version: 'latest' };
    expect(await api.tasks.start(latest, { scope: OLD_VERSION })).toMatchObject({ version: '1.0.0' });
    await expect(api.tasks.start(latest, { scope: { namespaces: ['west'] } })).rejects.toThrow(UnknownTemplateError);
  });

  it('starts nothing if the scope is wrong', async () => {
    const wrong = { scope: { namespaces: undefined } as unknown as TaskScope };
    await expect(host().tasks.start(EAST!.request, wrong)).rejects.toThrow(InvalidScopeError);
    await expect(host().tasks.startMany([EAST!.request], wrong)).rejects.toThrow(InvalidScopeError);
    expect(await countOfTasks()).toBe(0);
  });
});
