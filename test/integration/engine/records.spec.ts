import { describe, expect, it } from '@jest/globals';
import { RecordService, UnknownTaskError } from 'nestjs-tasker';
import { aTemplate } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';

const lab = useLab();
const template = aTemplate();
const shared = lab.share({ templates: [template], handlers: aScript().handlers });

describe('annotations', () => {
  it('are kept with their task, in order, and found by what they say', async () => {
    const { tasks, get } = shared();
    const records = get(RecordService);
    const [one, two] = await tasks.startMany([template.request, template.request]);
    await records.annotate(one!.id, 'compensation', { status: 'done', task: 7 });
    await records.annotate(one!.id, 'note', 'looked at');
    await records.annotate(two!.id, 'compensation', { status: 'open' });
    expect(await records.annotationsOf(one!.id)).toMatchObject([
      { type: 'compensation', annotation: { status: 'done', task: 7 } },
      {
        type: 'note',
        annotation: 'looked at',
        createdAt: expect.stringMatching(/^2.*Z$/),
        updatedAt: expect.any(String),
      },
    ]);
    expect(await records.findAnnotated('compensation', 'status', 'open')).toEqual([two!.id]);
    expect(await records.findAnnotated('compensation', 'task', 7)).toEqual([one!.id]);
    expect(await records.findAnnotated('compensation', `status' or true`, 'x')).toEqual([]);
    await lab.query('delete from tasker.tasks');
    expect(await records.annotationsOf(one!.id)).toEqual([]);
  });

  it('of a new type from many at once make the type once', async () => {
    const { tasks, get } = shared();
    const { id } = await tasks.start(template.request);
    await Promise.all(Array.from({ length: 10 }, (_, n) => get(RecordService).annotate(id, 'fresh', n)));
    expect(await lab.query(`select from tasker.annotation_types where name = 'fresh'`)).toHaveLength(1);
    expect(await get(RecordService).annotationsOf(id)).toHaveLength(10);
  });

  it('are refused for no task, no type and what is no JSON', async () => {
    const { tasks, get } = shared();
    const { id } = await tasks.start(template.request);
    const records = get(RecordService);
    await expect(records.annotate('999999', 'note', 1)).rejects.toThrow(UnknownTaskError);
    await expect(records.annotate(id, '', 1)).rejects.toThrow('/type is required');
    await expect(records.annotate(id, 'x'.repeat(65), 1)).rejects.toThrow('/type must have at most 64 characters');
    await expect(records.annotate(id, 'note', undefined as never)).rejects.toThrow('/annotation is required');
    await expect(records.annotate(id, 'note', new Set() as never)).rejects.toThrow('must be JSON, but holds a Set');
  });
});

describe('objects of two systems that are the same', () => {
  const crm = { system: 'crm', id: '17' };
  const shop = { system: 'shop', id: 'A-4' };

  it('are one row in whichever order they are named, and found from either', async () => {
    const records = shared().get(RecordService);
    expect(await records.mapObjects(shop, crm)).toBe(true);
    expect(await records.mapObjects(crm, shop)).toBe(false);
    expect(await records.mapObjects(shop, crm)).toBe(false);
    expect(await lab.query('select from tasker.dependent_system_object_maps')).toHaveLength(1);
    expect(await records.findMapped(crm)).toEqual([shop]);
    expect(await records.findMapped(shop)).toEqual([crm]);
    expect(await records.findMapped({ system: 'shop', id: 'other' })).toEqual([]);
  });

  it('are one row when ten ask at once, in both orders', async () => {
    const records = shared().get(RecordService);
    const [one, two] = [
      { system: 'new one', id: '1' },
      { system: 'new two', id: '2' },
    ];
    const created = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? records.mapObjects(one, two) : records.mapObjects(two, one))),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
  });

  it('need a system and an id each', async () => {
    const records = shared().get(RecordService);
    await expect(records.mapObjects(crm, { system: '', id: '' })).rejects.toThrow(
      '/two/system is required. /two/id is required',
    );
  });
});
