import type { Command } from 'commander';
import type { ApiTokenDetails, ApiTokenWithSecret } from '../auth/tokens/api.token.js';
import { logText } from '../workflow/log.text.js';
import { writeLines, type AddCommand, type CommandIo } from './command.io.js';
import { wholeNumber, withDatabaseOptions, type DatabaseTarget } from './database.options.js';
import { withTokens } from './token.session.js';

interface ByOptions extends DatabaseTarget {
  readonly by?: string;
}

interface CreateOptions extends ByOptions {
  readonly name: string;
  readonly user: string;
  readonly role?: readonly string[];
  readonly namespace?: readonly string[];
  readonly expiresAt?: string;
}

interface RotateOptions extends DatabaseTarget {
  readonly overlapSeconds?: number;
}

/** `tasker token`: manages API tokens. Only a new secret, or a list, goes to stdout, so that scripts can read it. */
export const addTokenCommand: AddCommand = (program, io) => {
  const token = program.command('token').description('Create, list, rotate and revoke the API tokens of machines.');
  addCreate(token, io);
  addList(token, io);
  addRotate(token, io);
  addRevoke(token, io);
};

function addCreate(token: Command, io: CommandIo): void {
  withBy(withDatabaseOptions(token.command('create')))
    .description('Create a token and print its secret, which is not stored.')
    .requiredOption('--name <name>', 'name for people')
    .requiredOption('--user <id>', 'id of the user as whom the token acts')
    .option('--role <names...>', 'roles of the user (default: none)')
    .option('--namespace <names...>', 'namespaces to which the token is limited (default: every namespace)')
    .option('--expires-at <instant>', 'when the token expires, such as 2030-01-31T08:00:00Z (default: never)')
    .action(async ({ name, user, role, namespace, expiresAt, by, ...target }: CreateOptions) => {
      const lists = { ...(role && { roles: role }), ...(namespace && { namespaces: namespace }) };
      const asked = { name, userId: user, ...lists, expiresAt: expiresAt ?? null };
      tell(io, 'created', await withTokens(target, io, (tokens) => tokens.create(asked, byOf(by, io))));
    });
}

function addList(token: Command, io: CommandIo): void {
  withDatabaseOptions(token.command('list'))
    .description('List all tokens without their secrets, the oldest first.')
    .action(async (target: DatabaseTarget) => {
      const tokens = await withTokens(target, io, (service) => service.list());
      writeLines(io.stdout, ...tokens.map(lineOf));
      if (tokens.length === 0) writeLines(io.stderr, 'There are no tokens.');
    });
}

function addRotate(token: Command, io: CommandIo): void {
  withDatabaseOptions(token.command('rotate'))
    .description('Replace the secret of a token and print the new one. The present one stays valid for a while.')
    .argument('<id>', 'id of the token')
    .option('--overlap-seconds <seconds>', 'how long the present secret stays valid (default: 3600)', wholeNumber)
    .action(async (id: string, { overlapSeconds, ...target }: RotateOptions) => {
      const options = overlapSeconds === undefined ? {} : { overlapSeconds };
      tell(io, 'rotated', await withTokens(target, io, (tokens) => tokens.rotate(id, options)));
    });
}

function addRevoke(token: Command, io: CommandIo): void {
  withBy(withDatabaseOptions(token.command('revoke')))
    .description('End a token at once.')
    .argument('<id>', 'id of the token')
    .action(async (id: string, { by, ...target }: ByOptions) => {
      await withTokens(target, io, (tokens) => tokens.revoke(id, byOf(by, io)));
      writeLines(io.stderr, `The token ${id} is revoked.`);
    });
}

function withBy(command: Command): Command {
  return command.option('--by <name>', 'person or program that acts (default: the variable USER, or "tasker")');
}

function byOf(by: string | undefined, { env }: CommandIo): string {
  return by ?? (env.USER || 'tasker');
}

function tell(io: CommandIo, done: string, { id, name, secret }: ApiTokenWithSecret): void {
  writeLines(io.stdout, secret);
  writeLines(io.stderr, `The token ${id} (${logText(name)}) is ${done}. Its secret is not shown again.`);
}

/** Texts of users are on one line each, without control characters, which a terminal would obey. */
function lineOf(token: ApiTokenDetails): string {
  const { id, name, userId, roles, namespaces, expiresAt, lastUsedAt, revokedAt } = token;
  return [
    `${id} ${logText(name)}: acts as ${logText(userId)}`,
    `roles ${logText(roles.join(', ') || 'none')}`,
    `namespaces ${logText(namespaces?.join(', ') ?? 'all')}`,
    revokedAt === null ? `expires ${expiresAt ?? 'never'}` : `revoked ${revokedAt}`,
    `last used ${lastUsedAt ?? 'never'}`,
  ].join('; ');
}
