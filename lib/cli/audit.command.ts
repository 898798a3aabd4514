import { Option, type Command } from 'commander';
import { shownHead } from '../audit/audit.export.js';
import { readHeads, verifyExport } from '../audit/audit.file.verifier.js';
import type { AuditListRequest } from '../audit/audit.request.js';
import type { AuditReport } from '../audit/audit.service.js';
import { AUDIT_KINDS, AUDIT_OUTCOMES, type AuditEntry } from '../workflow/audit.entry.js';
import { logText } from '../workflow/log.text.js';
import { withAudit } from './audit.session.js';
import { faultTable } from './audit.table.js';
import { EXIT, writeLines, type AddCommand, type CommandIo, type ExitCode } from './command.io.js';
import { wholeNumber, withDatabaseOptions, type DatabaseTarget } from './database.options.js';
import { linesOf } from './lines.reading.js';
import { publicKeyIn } from './public-key.reading.js';

interface ListOptions extends DatabaseTarget, Omit<AuditListRequest, 'outcomes' | 'subjectKinds'> {
  readonly outcome?: AuditListRequest['outcomes'];
  readonly subjectKind?: AuditListRequest['subjectKinds'];
  readonly json?: boolean;
}

interface ChainOptions extends DatabaseTarget {
  readonly namespace?: string;
}

interface VerifyOptions extends ChainOptions {
  readonly heads?: string;
  readonly publicKey?: string;
  readonly file?: string;
  readonly json?: boolean;
}

/** `tasker audit`: lists, verifies and exports the audit log. */
export const addAuditCommand: AddCommand = (program, io, exit) => {
  const audit = program.command('audit').description('List, verify and export the audit log.');
  addList(audit, io);
  addHeads(audit, io);
  addVerify(audit, io, exit);
  addExport(audit, io);
};

function addList(audit: Command, io: CommandIo): void {
  withDatabaseOptions(audit.command('list'))
    .description('List entries, the newest first.')
    .option('--namespace <name>', 'entries about objects of this namespace, or "" for those of none')
    .option('--actor <id>', 'entries of this user')
    .option('--operation <name>', 'entries of this operation, such as cancelTask')
    .addOption(new Option('--outcome <words...>', 'entries with one of these outcomes').choices(AUDIT_OUTCOMES))
    .addOption(new Option('--subject-kind <words...>', 'entries about objects of these kinds').choices(AUDIT_KINDS))
    .option('--subject-id <id>', 'entries about this object')
    .option('--task-id <id>', 'entries about this task and its steps')
    .option('--token-id <id>', 'entries of users who were authenticated by this token')
    .option('--correlation-id <id>', 'entries of the request with this id')
    .option('--from <instant>', 'entries at or after this instant, such as 2030-01-31T08:00:00Z')
    .option('--to <instant>', 'entries before this instant')
    .option('--limit <number>', 'number of entries, from 1 to 100 (default: 20)', wholeNumber)
    .option('--after <cursor>', 'entries after this cursor, which a list prints if there are more')
    .option('--json', 'print each entry as a line of JSON')
    .action(async ({ url, schema, json = false, outcome, subjectKind, ...request }: ListOptions) => {
      const words = { ...(outcome && { outcomes: outcome }), ...(subjectKind && { subjectKinds: subjectKind }) };
      const target = { schema, ...(url !== undefined && { url }) };
      const page = await withAudit(target, io, (service) => service.list({ ...request, ...words }));
      const { items, hasNext } = page;
      writeLines(io.stdout, ...items.map(({ entry }) => (json ? JSON.stringify(entry) : lineOf(entry))));
      if (items.length === 0) writeLines(io.stderr, 'There are no such entries.');
      if (hasNext) writeLines(io.stderr, `There are more: --after ${items.at(-1)!.cursor}`);
    });
}

function addHeads(audit: Command, io: CommandIo): void {
  withDatabaseOptions(audit.command('heads'))
    .description('Print the heads of the chains as lines of JSON. Keep them elsewhere, for `audit verify --heads`.')
    .action(async (target: DatabaseTarget) => {
      const heads = await withAudit(target, io, (service) => service.heads());
      writeLines(io.stdout, ...heads.map((head) => JSON.stringify(head)));
    });
}

function addVerify(audit: Command, io: CommandIo, exit: (code: ExitCode) => void): void {
  withDatabaseOptions(audit.command('verify'))
    .description('Verify the chains, and print what is wrong. Ends with 1 if anything is.')
    .option('--namespace <name>', 'only the chain of this namespace, or "" for what belongs to none')
    .option('--heads <file>', 'heads that were printed or published before, as lines of JSON')
    .option('--public-key <file>', 'the Ed25519 key in PEM by which all of the heads must be signed')
    .addOption(new Option('--file <file>', 'verify an export, without a database').conflicts(['namespace', 'url']))
    .option('--json', 'print the result as JSON')
    .action(async ({ json = false, ...options }: VerifyOptions, command: Command) => {
      const { heads, publicKey } = options;
      if (publicKey !== undefined && heads === undefined)
        command.error("error: option '--public-key <file>' needs option '--heads <file>'");
      const report = await reportOf(options, io);
      writeLines(io.stdout, ...(json ? [JSON.stringify(report)] : faultTable(report)));
      if (!report.isValid) exit(EXIT.refused);
    });
}

async function reportOf(
  { namespace, heads, publicKey, file, ...target }: VerifyOptions,
  io: CommandIo,
): Promise<AuditReport> {
  const key = publicKey === undefined ? null : publicKeyIn(publicKey);
  const published = heads === undefined ? [] : await readHeads(linesOf(heads), key);
  if (file === undefined) {
    const request = namespace === undefined ? {} : { namespace };
    return withAudit(target, io, (service) => service.verify(request, null, published.map(shownHead)));
  }
  const verified = await verifyExport(linesOf(file), published);
  return { ...verified, heads: verified.heads.map(shownHead) };
}

function addExport(audit: Command, io: CommandIo): void {
  withDatabaseOptions(audit.command('export'))
    .description('Print the entries of all chains as lines of JSON, the oldest first.')
    .option('--namespace <name>', 'only the chain of this namespace, or "" for what belongs to none')
    .action(({ namespace, ...target }: ChainOptions) =>
      withAudit(target, io, async (service) => {
        const lines = service.exportEntries(namespace === undefined ? {} : { namespace });
        for await (const line of lines) writeLines(io.stdout, line);
      }),
    );
}

/** Texts of users are on one line each, without control characters, which a terminal would obey. */
function lineOf(entry: AuditEntry): string {
  const { occurredAt, namespace, seq, operation, subjectKind, subjectId, actor, face, outcome, code } = entry;
  const subject = [subjectKind, subjectId].filter((each) => each !== null).join(' ');
  return [
    `${occurredAt} ${operation} on ${logText(subject)} by ${logText(actor ?? 'nobody')} over ${face}`,
    code === null ? outcome : `${outcome}, ${code}`,
    `namespace ${logText(namespace ?? 'none')}`,
    seq === null ? 'not sealed yet' : `place ${seq}`,
  ].join('; ');
}
