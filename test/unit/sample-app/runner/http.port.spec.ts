import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '../../../../sample-app/runner/http.port.js';

describe('the port of the demo', () => {
  it.each(['eighty', '-1', '65536', '80.5', ' ', '0x50'])('cannot be %s', async (setting) => {
    await expect(freePort(setting)).rejects.toThrow(`PORT must be a number from 0 to 65535, got "${setting}".`);
  });

  it('is said to be taken in one sentence that says what to do', async () => {
    const server = createServer().listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(freePort(String(port))).rejects.toThrow(
      `Port ${port} is in use by another program: set PORT to another.`,
    );
    server.close();
    await once(server, 'close');
    expect(await freePort(String(port))).toBe(port);
  });
});
