import { beforeAll, describe, expect, it } from '@jest/globals';
import { sealed } from '../../../lib/audit/audit.chain.js';
import { AuditVerifier } from '../../../lib/audit/audit.verifier.js';
import type { AuditGateway } from '../../../lib/persistence/audit.gateway.js';
import { migrate } from '../../../lib/persistence/migration.runner.js';
import { readSqlFiles } from '../../../lib/persistence/sql.files.js';
import { anEntry, gatewayOn } from '../../support/audit.lab.js';
import { connect, usePersistence } from '../../support/persistence.js';
import { startTask, registerShape } from '../../support/workflow.js';

const persistence = usePersistence();
const { query } = persistence;
const OUTCOMES = 'bigint[], bigint[], integer[], text[], text[], text[], double precision[]';
/** Functions that have more parameters since then, with those of before. */
const OUTDATED: Readonly<Record<string, string>> = {
  advance: `bigint, ${OUTCOMES}, integer, text[], bigint[], bigint[], integer, bigint, bigint[]`,
  advance_apart: `bigint, ${OUTCOMES}, integer, text[], bigint[], bigint[], integer, bigint`,
  record_outcomes: `bigint, ${OUTCOMES}, text, integer, integer[], bigint[], bigint[]`,
  record_apart: `bigint, ${OUTCOMES}, text`,
  record_transactional: 'bigint, bigint, bigint, integer, text',
  settle_step: 'bigint, text, text, jsonb, text, text',
};
const MIGRATION = 'migrations/0019_sensitive_data.sql';

let gateway: AuditGateway;

const isValid = async (): Promise<boolean> => (await new AuditVerifier(gateway).verify(['shop'])).isValid;

/** Makes the schema what it was before the migration, with entries in the audit log, and migrates it. */
beforeAll(async () => {
  gateway = gatewayOn(persistence.dataSource);
  const { migrations } = await readSqlFiles();
  const textOf = (name: string): string => migrations.find((file) => file.name === name)!.text;
  for (const [name, parameters] of Object.entries(OUTDATED)) {
    await query(`drop function __schema__.${name}`);
    await query(`create function __schema__.${name}(${parameters}) returns json language sql as 'select null::json'`);
  }
  await query('drop table __schema__.sensitive_values, __schema__.data_subjects, __schema__.erased_tasks');
  await query('alter table __schema__.named_tasks_named_steps drop column sensitive');
  await query('drop trigger audit_log_is_kept on __schema__.audit_log');
  await query('drop trigger audit_entries_are_unchanged on __schema__.audit_log');
  await query(/create trigger audit_log_is_kept [^;]+;/.exec(textOf('migrations/0018_audit.sql'))![0]);
  await query(`delete from __schema__.schema_files where name = $1 or name like 'functions/%'`, MIGRATION);

  await query("insert into __schema__.task_namespaces (name) values ('shop')");
  await gateway.note(Array.from({ length: 10 }, (_, index) => anEntry('shop', { id: String(index) })));
  await gateway.seal('shop', 10, sealed);
  const client = await connect(persistence.url);
  try {
    expect(await migrate(client, 'tasker', 'apply')).toContain(MIGRATION);
  } finally {
    await client.end();
  }
});

describe('a database from before there was sensitive data', () => {
  it('has one function of each name afterwards, with which tasks run', async () => {
    const rows = await query<{ name: string }>(
      "select proname as name from pg_proc where pronamespace = '__schema__'::regnamespace and proname = any ($1) order by 1",
      Object.keys(OUTDATED),
    );
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(OUTDATED).sort());
    const taskId = await startTask(persistence, await registerShape(persistence, [{ name: 'only', dependsOn: [] }]));
    expect(taskId).toMatch(/^\d+$/);
  });

  it('has the chains of the audit log as they were', async () => {
    expect(await isValid()).toBe(true);
    await gateway.note([anEntry('shop', { id: 'new' })]);
    await gateway.seal('shop', 1, sealed);
    expect(await isValid()).toBe(true);
  });

  it.each([
    ['another actor', `update __schema__.audit_log set actor = 'eve'`],
    ['other details', `update __schema__.audit_log set details = '{"reason": "none"}'`],
    [
      'no details, but another actor',
      `update __schema__.audit_log set details = null, details_salt = null, actor = 'eve'`,
    ],
    [
      'no details, but another hash',
      `update __schema__.audit_log set details = null, details_salt = null, details_hash = hash`,
    ],
    ['the same', 'update __schema__.audit_log set actor = actor'],
    ['nothing', 'truncate __schema__.audit_log'],
    ['fewer entries', 'delete from __schema__.audit_log where seq = 3'],
  ])('lets no entry be %s', async (_, sql) => {
    const before = await query('select * from __schema__.audit_log order by entry_id');
    await expect(query(sql)).rejects.toThrow('Entries of the audit log cannot be changed or removed');
    expect(await query('select * from __schema__.audit_log order by entry_id')).toEqual(before);
  });

  it('lets details be erased, and no others be put in their place; the chains stay valid', async () => {
    await query('update __schema__.audit_log set details = null, details_salt = null where seq between 2 and 4');
    expect(await isValid()).toBe(true);
    const put = query(`update __schema__.audit_log set details = '{}', details_salt = hash where seq = 3`);
    await expect(put).rejects.toThrow('cannot be changed');
  });
});
