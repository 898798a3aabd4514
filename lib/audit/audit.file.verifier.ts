import type { KeyObject } from 'node:crypto';
import type { AuditHead, SealedEntry } from '../persistence/audit.gateway.js';
import { emptyChain, GENESIS } from './audit.chain.js';
import { InvalidAuditFileError } from './audit.errors.js';
import { entryOfLine, headOfLine } from './audit.export.js';
import { Findings, type AuditVerification } from './audit.findings.js';
import { ChainWalk } from './chain.walk.js';
import { trustedHead } from './published.head.js';

/**
 * Verifies an export of the audit log without the database. Entries before the first one of a chain count as missing,
 * unless an entry says that they were removed for their age.
 *
 * @param lines of the export; empty ones are passed over
 * @param published heads that were published before, and not after, the export
 * @throws InvalidAuditFileError
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  published: readonly AuditHead[] = [],
): Promise<AuditVerification> {
  const found = new Findings();
  const chains = new Map<string, { readonly walk: ChainWalk; readonly before: Place }>();
  const begin = (namespace: string, before: Place): { readonly walk: ChainWalk; readonly before: Place } => {
    const own = published.filter((head) => head.namespace === namespace);
    const chain = { walk: new ChainWalk(namespace, before, own, found), before };
    chains.set(namespace, chain);
    return chain;
  };
  for await (const { namespace, entry } of parsed(lines, entryOfLine, 'an export')) {
    const { walk } = chains.get(namespace) ?? begin(namespace, placeBefore(entry));
    walk.take([entry]);
  }
  for (const { namespace } of published) if (!chains.has(namespace)) begin(namespace, emptyChain(namespace).removed);
  const heads = [...chains.values()].map(({ walk, before }) => {
    walk.requireRemoval(before);
    walk.end(walk.head);
    return walk.head;
  });
  return found.result(heads.filter(({ seq }) => seq !== '0'));
}

/**
 * Reads heads that were published, from JSON lines.
 *
 * @param publicKey the Ed25519 key of their signatures; null if they have none
 * @throws InvalidAuditFileError, ForgedAuditHeadError
 */
export async function readHeads(
  lines: AsyncIterable<string>,
  publicKey: KeyObject | null = null,
): Promise<readonly AuditHead[]> {
  const heads: AuditHead[] = [];
  for await (const head of parsed(lines, headOfLine, 'the heads')) heads.push(trustedHead(head, publicKey));
  return heads;
}

/** A place in a chain, and the hash there. */
type Place = Pick<AuditHead, 'seq' | 'hash'>;

function placeBefore({ seq, previousHash }: SealedEntry): Place {
  const place = String(BigInt(seq) - 1n);
  return { seq: place, hash: place === '0' ? GENESIS : previousHash };
}

async function* parsed<Value>(
  lines: AsyncIterable<string>,
  parse: (line: string) => Value | null,
  of: ConstructorParameters<typeof InvalidAuditFileError>[1],
): AsyncIterable<Value> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const value = parse(line);
    if (value === null) throw new InvalidAuditFileError(number, of);
    yield value;
  }
}
