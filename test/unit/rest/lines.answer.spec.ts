import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { LinesAnswer } from '../../../lib/rest/lines.answer.js';
import { eventually } from '../../support/eventually.js';

const LINE = 'x'.repeat(100_000);

describe('an answer in lines', () => {
  let server: Server;
  let handle: (response: ServerResponse) => void;
  let produced: number;
  let isEnded: boolean;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    [produced, isEnded] = [0, false];
    server = createServer((_, response) => handle(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function* lines(count: number, fails = false): AsyncIterable<string> {
    try {
      for (produced = 0; produced < count; produced++) yield await Promise.resolve(LINE);
      if (fails) throw new Error('the database is gone');
    } finally {
      isEnded = true;
    }
  }

  const answering = (of: AsyncIterable<string>): Promise<void> =>
    new Promise((resolve, reject) => {
      const host = { httpAdapter: { getType: () => 'express' } } as HttpAdapterHost;
      handle = (response) => void new LinesAnswer(host).send(of, response).then(resolve, reject);
    });

  const asked = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }, resolve).on('error', reject);
    });

  it('has each line, and an end', async () => {
    const sent = answering(lines(30));
    expect(await text(await asked())).toBe(`${LINE}\n`.repeat(30));
    await sent;
  });

  it('may have no line', async () => {
    const sent = answering(lines(0));
    expect(await text(await asked())).toBe('');
    await sent;
  });

  it('has no end if reading fails, so that the caller notices', async () => {
    const sent = answering(lines(2, true));
    await expect(text(await asked())).rejects.toThrow('aborted');
    await sent;
  });

  it('is not begun if reading fails at once', async () => {
    const sent = answering(lines(0, true));
    const waiting = asked();
    waiting.catch(() => undefined);
    await expect(sent).rejects.toThrow('the database is gone');
  });

  it('waits for a caller who does not read', async () => {
    void answering(lines(10_000));
    const response = await asked();
    let before = -1;
    await eventually(() => {
      const isWaiting = produced === before && produced > 0;
      before = produced;
      if (!isWaiting) throw new Error('It still reads.');
    });
    expect(produced).toBeLessThan(1_000);
    response.destroy();
  });

  it('ends reading when the caller leaves', async () => {
    const sent = answering(lines(10_000));
    (await asked()).destroy();
    await sent;
    expect([isEnded, produced < 10_000]).toEqual([true, true]);
  });
});
