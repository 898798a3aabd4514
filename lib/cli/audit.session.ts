import type pg from 'pg';
import type { AuditService } from '../audit/audit.service.js';
import type { AuditDatabase } from '../persistence/audit.gateway.js';
import type { CommandIo } from './command.io.js';
import type { DatabaseTarget } from './database.options.js';
import { withSchema } from './schema.session.js';

/**
 * Lends the service of the audit log on one connection, without an application.
 * @throws the errors of `withSchema` and of the work
 */
export function withAudit<T>(
  target: DatabaseTarget,
  io: CommandIo,
  work: (audit: AuditService) => Promise<T>,
): Promise<T> {
  return withSchema(target, io, async (client) => work(await serviceOn(client, target.schema)));
}

/** Loaded here, because the other commands need neither Nest nor TypeORM. */
async function serviceOn(client: pg.Client, schema: string): Promise<AuditService> {
  const { AuditGateway } = await import('../persistence/audit.gateway.js');
  const { AuditListGateway } = await import('../persistence/audit-list.gateway.js');
  const { AuditVerifier } = await import('../audit/audit.verifier.js');
  const { AuditService: Service } = await import('../audit/audit.service.js');
  const query = async <Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> =>
    (await client.query(sql.replaceAll('__schema__', schema), [...parameters])).rows as Row[];
  const transaction: AuditDatabase['transaction'] = async (work) => {
    await client.query('begin read only');
    const result = await work(null);
    await client.query('commit');
    return result;
  };
  const gateway = new AuditGateway({ query, transaction });
  return new Service(new AuditListGateway({ queryWhole: query }), gateway, new AuditVerifier(gateway));
}
