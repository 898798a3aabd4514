import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DenialRecorder } from '../../../lib/audit/denial.recorder.js';
import type { RequestOrigin } from '../../../lib/options/request.origin.js';
import type { AuditGateway } from '../../../lib/persistence/audit.gateway.js';
import { AuditWriter } from '../../../lib/persistence/audit.writer.js';
import type { Database } from '../../../lib/persistence/database.js';
import { aGate } from '../../support/eventually.js';

const AUDIT = { enabled: true, keepDays: null } as never;
const ORIGIN: RequestOrigin = {
  ...{ operation: 'holdTask', permission: 'tasker.task:update', face: 'rest', actor: 'ann', roles: null },
  ...{ method: null, tokenId: null, address: null, correlationId: null },
};

describe('denied requests', () => {
  const note = jest.fn<AuditGateway['note']>();
  let recorder: DenialRecorder;

  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    note.mockReset().mockResolvedValue();
    const writer = new AuditWriter({} as Database, { audit: AUDIT });
    recorder = new DenialRecorder({ note } as unknown as AuditGateway, writer);
  });
  afterEach(() => void jest.useRealTimers());

  const deny = (id: string, actor: string | null = 'ann'): void =>
    recorder.record({
      ...{ origin: { ...ORIGIN, actor }, operation: 'holdTask', kind: 'task', id, taskId: id, namespace: null },
      code: 'TASKER_FORBIDDEN',
    });
  const idsOf = (call: number): unknown[] =>
    note.mock.calls[call]![0].map((entry) => (JSON.parse(entry) as { readonly id: unknown }).id);

  it('are stored together, and those that come meanwhile a second later', async () => {
    const gate = aGate();
    note.mockImplementationOnce(() => gate.passed);
    deny('1');
    deny('2');
    await jest.advanceTimersByTimeAsync(1_000);
    deny('3');
    await jest.advanceTimersByTimeAsync(5_000); // the first ones are still being stored
    expect(note).toHaveBeenCalledTimes(1);
    gate.open();
    await jest.advanceTimersByTimeAsync(1_000);
    expect([idsOf(0), idsOf(1)]).toEqual([['1', '2'], ['3']]);
  });

  it('wait for the end of an outage, which is logged once', async () => {
    note.mockRejectedValueOnce(new Error('out of order')).mockRejectedValueOnce(new Error('out of order'));
    deny('1');
    await jest.advanceTimersByTimeAsync(1_000);
    deny('2');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(idsOf(2)).toEqual(['1', '2']);
    expect(Logger.prototype.error).toHaveBeenCalledTimes(1);
  });

  it('are counted only, if they are many', async () => {
    for (let id = 0; id < 1_005; id++) deny(String(id));
    for (let id = 0; id < 7; id++) deny(String(id), null);
    await jest.advanceTimersByTimeAsync(1_000);
    const entries = note.mock.calls[0]![0];
    expect(entries).toHaveLength(1_001);
    expect(JSON.parse(entries.at(-1)!)).toMatchObject({ operation: 'manyDenied', details: { count: 12 } });
  });

  it('that are lost at the end are said', async () => {
    note.mockRejectedValue(new Error('out of order'));
    deny('1');
    await recorder.onModuleDestroy();
    expect(Logger.prototype.error).toHaveBeenLastCalledWith(
      'Denied requests that could not be stored in the audit log are lost: 1.',
    );
    expect(jest.getTimerCount()).toBe(0);
  });
});
