import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import pg from 'pg';
import { startEmbeddedServer } from '../embedded/embedded.server.js';
import { writeLines, type AddCommand, type CommandIo } from './command.io.js';
import { runWith, SIGNALS, type DevServer } from './dev-database.runner.js';
import { textIn, writeFiles } from './files.writing.js';

/** Outside the range of ephemeral ports, and different from the usual port of PostgreSQL. */
const DEFAULT_PORT = 15_432;
const DEFAULT_FOLDER = '.tasker/database';
/** The time limit for a program on the port that accepts connections but does not answer. */
const CONNECT_MS = 5_000;

interface DevDatabaseOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly temporary?: true;
}

/** `tasker dev-database`: a PostgreSQL for development, alone or around another command. */
export const addDevDatabaseCommand: AddCommand = (program, io, exit) => {
  program
    .command('dev-database')
    .description('Start PostgreSQL for development. It runs until Ctrl+C, or for as long as the given command runs.')
    .argument('[command...]', 'command to run with DATABASE_URL and TEST_DATABASE_URL set, after "--"')
    .option('--port <number>', 'port on 127.0.0.1', portOf, DEFAULT_PORT)
    .option('--data-dir <folder>', 'directory for the data', DEFAULT_FOLDER)
    .option('--temporary', 'delete the data at the end, and use any free port')
    .addHelpText('after', '\nExample: npx nestjs-tasker dev-database -- npm run start:dev')
    .action(async (command: readonly string[], options: DevDatabaseOptions) => {
      const server = await start(options);
      try {
        if (command.length > 0) exit(await runWith(server, command, io));
        else await serve(server, options, io);
      } finally {
        await server.stop();
      }
    });
};

async function start({ port, dataDir, temporary }: DevDatabaseOptions): Promise<DevServer> {
  if (temporary) return { ...(await startEmbeddedServer()), isOwn: true };
  const folder = resolve(dataDir);
  const running = await runningServer(folder, port);
  if (running !== null) return running;
  // This also makes the folders: started as root, PostgreSQL runs as another user, who needs access.
  writeFiles([{ path: join(folder, '.gitignore'), text: '*\n' }]);
  return { ...(await startEmbeddedServer({ dataDir: folder, port })), isOwn: true };
}

/** The server of another `dev-database`, which keeps running when this command ends. */
async function runningServer(folder: string, port: number): Promise<DevServer | null> {
  const password = textIn(join(folder, 'password'));
  if (password === null) return null;
  const url = `postgres://postgres:${password.trim()}@127.0.0.1:${port}/postgres`;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => undefined); // a broken connection means that there is no server
  try {
    await client.connect();
    return { url, isOwn: false, stop: () => Promise.resolve() };
  } catch {
    return null; // nothing runs there, or another program, which the start will report
  } finally {
    await client.end();
  }
}

async function serve({ url }: DevServer, { dataDir, temporary }: DevDatabaseOptions, io: CommandIo): Promise<void> {
  const kept = temporary ? 'Its data will be deleted.' : `Its data is kept in ${dataDir}.`;
  writeLines(io.stdout, `DATABASE_URL=${url}`, '', `PostgreSQL runs until Ctrl+C. ${kept}`);
  await new Promise<void>((ended) => {
    const alive = setInterval(() => undefined, 60_000); // nothing else keeps the process alive
    for (const signal of SIGNALS) {
      process.once(signal, () => {
        clearInterval(alive);
        ended();
      });
    }
  });
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('The port must be a number from 1 to 65535.');
}
