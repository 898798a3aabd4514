import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import pg from 'pg';
import { startEmbeddedServer, type EmbeddedServer } from '../embedded/embedded.server.js';
import { EXIT, writeLines, type AddCommand, type CommandIo } from './command.io.js';

/** Outside of the range that systems give to programs, and of the ports of PostgreSQL servers. */
const DEFAULT_PORT = 15_432;
const DEFAULT_FOLDER = '.tasker/database';

interface DevDatabaseOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly temporary?: true;
}

/** `tasker dev-database`: a PostgreSQL for development, alone or around another command. */
export const addDevDatabaseCommand: AddCommand = (program, io, exit) => {
  program
    .command('dev-database')
    .description('Start a PostgreSQL for development, alone until Ctrl+C or for as long as a command runs.')
    .argument('[command...]', 'command that is run with DATABASE_URL and TEST_DATABASE_URL set, behind "--"')
    .option('--port <number>', 'port on 127.0.0.1', portOf, DEFAULT_PORT)
    .option('--data-dir <folder>', 'where its data is kept', DEFAULT_FOLDER)
    .option('--temporary', 'keep no data, and take any free port')
    .addHelpText('after', '\nExample: npx nestjs-tasker dev-database -- npm run start:dev')
    .action(async (command: readonly string[], options: DevDatabaseOptions) => {
      const server = await start(options);
      try {
        if (command.length > 0) exit(await runWith(server.url, command));
        else await serve(server, options, io);
      } finally {
        await server.stop();
      }
    });
};

async function start({ port, dataDir, temporary }: DevDatabaseOptions): Promise<EmbeddedServer> {
  if (temporary) return startEmbeddedServer();
  const folder = resolve(dataDir);
  const running = await runningServer(folder, port);
  if (running !== null) return running;
  mkdirSync(folder, { recursive: true }); // as root, PostgreSQL runs as another user, who has to get there
  writeFileSync(join(folder, '.gitignore'), '*\n');
  return startEmbeddedServer({ dataDir: folder, port });
}

/** The server of another `dev-database`, which keeps running when this command ends. */
async function runningServer(folder: string, port: number): Promise<EmbeddedServer | null> {
  const password = join(folder, 'password');
  if (!existsSync(password)) return null;
  const url = `postgres://postgres:${readFileSync(password, 'utf8').trim()}@127.0.0.1:${port}/postgres`;
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // a connection that breaks is no server
  try {
    await client.connect();
    return { url, stop: () => Promise.resolve() };
  } catch {
    return null; // nothing runs there, or something else: then starting says so
  } finally {
    await client.end();
  }
}

async function serve(
  { url }: EmbeddedServer,
  { dataDir, temporary }: DevDatabaseOptions,
  io: CommandIo,
): Promise<void> {
  const kept = temporary ? 'Its data goes with it.' : `Its data is kept in ${dataDir}.`;
  writeLines(io.stdout, `DATABASE_URL=${url}`, '', `PostgreSQL runs until Ctrl+C. ${kept}`);
  await new Promise<void>((ended) => {
    const alive = setInterval(() => undefined, 60_000); // nothing else keeps the process
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        clearInterval(alive);
        ended();
      });
    }
  });
}

/** Answers the exit code of the command; it ends by the signals that this process is sent. */
function runWith(url: string, [program, ...args]: readonly string[]): Promise<number> {
  const env = { ...process.env, DATABASE_URL: url, TEST_DATABASE_URL: url };
  const child = spawn(program!, args, { env, stdio: 'inherit', shell: process.platform === 'win32' });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, forward);
  return new Promise((ended, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => ended(code ?? EXIT.failed));
  });
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('A port is a number from 1 to 65535.');
}
