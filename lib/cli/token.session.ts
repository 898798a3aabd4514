import type pg from 'pg';
import type { ApiTokenService } from '../auth/tokens/api-token.service.js';
import { DEFAULTS } from '../options/default.options.js';
import { callsOf } from '../persistence/sql.calls.js';
import type { CommandIo } from './command.io.js';
import type { DatabaseTarget } from './database.options.js';
import { withSchema } from './schema.session.js';

/**
 * Lends the service of API tokens on one connection, without an application.
 * @throws the errors of `withSchema` and of the work
 */
export function withTokens<T>(
  target: DatabaseTarget,
  io: CommandIo,
  work: (tokens: ApiTokenService) => Promise<T>,
): Promise<T> {
  return withSchema(target, io, async (client) => work(await serviceOn(client, target.schema)));
}

/** Loaded here, because the other commands need neither Nest nor TypeORM. */
async function serviceOn(client: pg.Client, schema: string): Promise<ApiTokenService> {
  const { ApiTokenGateway } = await import('../persistence/api-token.gateway.js');
  const { AuditWriter } = await import('../persistence/audit.writer.js');
  const { ApiTokenService: Service } = await import('../auth/tokens/api-token.service.js');
  const { maxReadBytes } = DEFAULTS.database;
  const database = {
    ...callsOf(async (expression, parameters) => {
      const sql = `select ${expression.replaceAll('__schema__', schema)} as answer`;
      const { rows } = await client.query<{ answer: unknown }>(sql, [...parameters]);
      return rows[0]!.answer;
    }),
    maxReadBytes,
  };
  return new Service(new ApiTokenGateway(database, new AuditWriter(database, { audit: DEFAULTS.audit })));
}
