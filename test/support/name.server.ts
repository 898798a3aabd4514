import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { afterEach } from '@jest/globals';

/** Answers of a name server by name; a name that is missing does not exist, and for one that is `silent` comes no answer. */
export type Zone = Readonly<Record<string, Entry | 'silent' | 'refused'>>;

interface Entry {
  readonly addresses: readonly string[];
  readonly ttl?: number;
}

export interface NameServer {
  /** For `Resolver.setServers`. */
  readonly address: string;
  /** What it was asked so far: `A hooks.example`. */
  readonly asked: readonly string[];
}

const TYPES: Readonly<Record<number, string>> = { 1: 'A', 28: 'AAAA' };
/** A response, recursion desired and available. */
const ANSWERED = 0x8180;
const NO_SUCH_NAME = 0x8183;
const REFUSED = 0x8185;

/** Name servers on the loopback, which are closed after the test. */
export function useNameServers(): { open(zone: Zone): Promise<NameServer> } {
  let opened: ReturnType<typeof createSocket>[] = [];
  afterEach(async () => {
    await Promise.all(opened.map((socket) => once(socket.close(), 'close')));
    opened = [];
  });
  return {
    open: async (zone) => {
      const socket = createSocket('udp4');
      const asked: string[] = [];
      socket.on('message', (query, { address, port }) => {
        const { name, type } = questionOf(query);
        asked.push(`${TYPES[type]} ${name}`);
        const entry = zone[name];
        if (entry !== 'silent') socket.send(answerTo(query, type, entry), port, address);
      });
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      opened.push(socket);
      return { address: `127.0.0.1:${socket.address().port}`, asked };
    },
  };
}

/** RFC 1035 (4.1.2): labels with their lengths, then the type. */
function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answerTo(query: Buffer, type: number, given: Entry | 'refused' | undefined): Buffer {
  const entry = given === 'refused' ? undefined : given;
  const { end } = questionOf(query);
  const addresses = (entry?.addresses ?? []).filter((address) => (isIPv6(address) ? 28 : 1) === type);
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(given === 'refused' ? REFUSED : entry ? ANSWERED : NO_SUCH_NAME, 2);
  [1, addresses.length, 0, 0].forEach((count, index) => header.writeUInt16BE(count, 4 + 2 * index));
  const records = addresses.map((address) => record(type, entry?.ttl ?? 300, bytesOf(address)));
  return Buffer.concat([header, query.subarray(12, end), ...records]);
}

/** Its name is that of the question, at byte 12 of the message. */
function record(type: number, ttl: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  [0xc00c, type, 1].forEach((value, index) => head.writeUInt16BE(value, 2 * index));
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function bytesOf(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [before, after = ''] = address.split('::') as [string, string?];
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(before), groups(after)];
  const zeros = Array<string>(8 - first.length - last.length).fill('0');
  return Buffer.from([...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join(''), 'hex');
}
