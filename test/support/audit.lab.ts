import { beforeAll } from '@jest/globals';
import type { ModuleRef } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { sealed } from '../../lib/audit/audit.chain.js';
import type { AuditFault, AuditVerification } from '../../lib/audit/audit.findings.js';
import { AuditVerifier } from '../../lib/audit/audit.verifier.js';
import { resolveOptions } from '../../lib/options/resolve.options.js';
import { AuditGateway, type AuditHead } from '../../lib/persistence/audit.gateway.js';
import { Database } from '../../lib/persistence/database.js';
import { usePersistence, type Persistence } from './persistence.js';

/** The audit log in a database of one's own, without a Nest application. Its table may be tampered with. */
export interface AuditLab extends Persistence {
  readonly url: string;
  readonly gateway: AuditGateway;
  /** A namespace that has no entries. */
  namespace(): Promise<string>;
  /** Stores entries and seals them. */
  write(namespace: string, count: number): Promise<void>;
  verify(namespace: string, published?: readonly AuditHead[]): Promise<AuditVerification>;
  /** As `kind seq` or `kind seq-throughSeq`. */
  faults(namespace: string, published?: readonly AuditHead[]): Promise<readonly string[]>;
  /** What an attacker does who knows how hashes are computed; see `REHASHED`. */
  rehash(namespace: string, seq: number): Promise<void>;
  /** Like `rehash`, for all entries from one on, each after the one before; the head follows. */
  reseal(namespace: string, from: number): Promise<void>;
}

/** The hash of a row, in SQL and written down once more, so that a change of the format is noticed. */
export const REHASHED = `sha256(convert_to(json_build_array(
  encode(e.previous_hash, 'hex'), e.namespace, e.seq::text, e.entry_id::text,
  (extract(epoch from e.occurred_at) * 1000000)::bigint::text, e.operation, e.permission, e.face, e.actor, e.method, e.token_id,
  e.correlation_id, e.subject_kind, e.subject_id, e.task_id::text, e.outcome, e.code, encode(e.details_hash, 'hex')
)::text, 'UTF8'))`;

export const gatewayOn = (dataSource: DataSource): AuditGateway => {
  const modules = { get: () => dataSource } as unknown as ModuleRef;
  return new AuditGateway(new Database(resolveOptions({}), modules));
};

/** An entry as a user's request leaves it. */
export const anEntry = (namespace: string, more: object = {}): string =>
  JSON.stringify({
    ...{ operation: 'holdTask', permission: 'tasker.task:update', face: 'rest', actor: 'ann', method: 'badge' },
    ...{ tokenId: 'badge 7', correlationId: 'call-1', kind: 'task', id: '7', namespace, outcome: 'refused' },
    ...{ code: 'TASKER_ACTION_REFUSED', details: { reason: 'the shelf is empty', roles: ['operator'] }, ...more },
  });

const shown = ({ kind, seq, throughSeq }: AuditFault): string =>
  seq === throughSeq ? `${kind} ${seq}` : `${kind} ${seq}-${throughSeq}`;

/** Call it at the top of a test file. */
export function useAuditLab(): AuditLab {
  const persistence = usePersistence();
  const { query } = persistence;
  let names = 0;
  let gateway: AuditGateway;
  beforeAll(async () => {
    gateway = gatewayOn(persistence.dataSource);
    await query('alter table __schema__.audit_log disable trigger user');
  });
  const lab: AuditLab = {
    query,
    get url() {
      return persistence.url;
    },
    get dataSource() {
      return persistence.dataSource;
    },
    get tasks() {
      return persistence.tasks;
    },
    get templates() {
      return persistence.templates;
    },
    get workers() {
      return persistence.workers;
    },
    get gateway() {
      return gateway;
    },
    namespace: async () => {
      const name = `shop ${++names}`;
      await query('insert into __schema__.task_namespaces (name) values ($1)', name);
      return name;
    },
    write: async (namespace, count) => {
      await gateway.note(Array.from({ length: count }, (_, index) => anEntry(namespace, { id: String(index) })));
      await gateway.seal(namespace, count, sealed);
    },
    verify: (namespace, published) => new AuditVerifier(gateway).verify([namespace], published),
    faults: async (namespace, published) => (await lab.verify(namespace, published)).faults.map(shown),
    rehash: async (namespace, seq) => {
      await query(
        `update __schema__.audit_log e set hash = ${REHASHED} where e.namespace = $1 and e.seq = $2`,
        namespace,
        seq,
      );
    },
    reseal: async (namespace, from) => {
      const rows = await query<{ seq: string }>(
        'select e.seq from __schema__.audit_log e where e.namespace = $1 and e.seq >= $2 order by e.seq',
        namespace,
        from,
      );
      for (const { seq } of rows) {
        await query(
          `update __schema__.audit_log e set previous_hash = p.hash from __schema__.audit_log p
           where e.namespace = $1 and e.seq = $2 and p.namespace = $1 and p.seq = $2::bigint - 1`,
          namespace,
          seq,
        );
        await lab.rehash(namespace, Number(seq));
      }
      await query(
        `update __schema__.audit_chains c set seq = e.seq, hash = e.hash from __schema__.audit_log e
         where c.namespace = $1 and e.namespace = $1
           and e.seq = (select max(m.seq) from __schema__.audit_log m where m.namespace = $1)`,
        namespace,
      );
    },
  };
  return lab;
}
