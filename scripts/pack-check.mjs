/**
 * Proves that what would be published works: packs it, installs the tarball into an empty host of each supported version of
 * Nest, imports every entry point there, compiles a host against the packed types, and starts that host on a database. With
 * `--node-versions`, what runs does so under each supported version of Node.js.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { buildWhatChanged } from './build.mjs';
import { buildCommonJsHost, checkCommonJsHost } from './commonjs-host.mjs';
import { openServer } from './database.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { furtherNodes } from './further-nodes.mjs';
import {
  makeHost,
  manifest,
  NEST_VERSIONS,
  node,
  pack,
  problemOf,
  readJson,
  requiredPeers,
  stayForTidying,
  writeJson,
} from './packed-host.mjs';
import { progress, requireTemporaryFolder, ROOT, run, ScriptError } from './script.mjs';
import { inTurn } from './turn.mjs';

/** Peers of one entry point, optional for the others. */
const OWN_PEERS = { './graphql': ['@nestjs/graphql', 'graphql'], './passport': ['@nestjs/passport'] };

await run(async () => {
  stayForTidying();
  await inTurn(async () => {
    await ensureInstalled();
    buildWhatChanged('lib', 'schematics');
  });
  requireTemporaryFolder();
  const programs = [process.execPath, ...(process.argv.includes('--node-versions') ? furtherPrograms() : [])];
  const server = await openServer();
  const workspace = mkdtempSync(join(tmpdir(), 'nestjs-tasker-pack-'));
  try {
    const tarball = pack(workspace);
    for (const [name, { peers, graphql, passport }] of Object.entries(NEST_VERSIONS)) {
      progress(`${name}: installing the package into an empty host`);
      const { typescript, '@types/node': nodeTypes } = manifest.devDependencies;
      const packages = {
        dependencies: { ...peers, ...graphql, ...passport },
        devDependencies: { typescript, '@types/node': nodeTypes },
      };
      const directory = makeHost(workspace, name, packages, tarball);
      await checkHost(name, directory, server.url, programs);
      progress(`${name}: every entry point can be imported, the types fit, and a host starts`);
    }
    const commonJs = buildCommonJsHost(workspace, tarball);
    for (const program of programs) {
      await onDatabase('commonjs', server.url, (url) => checkCommonJsHost(commonJs, url, program));
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true });
    await server.stop();
  }
});

function furtherPrograms() {
  return furtherNodes().map(({ binaries }) => join(binaries, 'node'));
}

async function checkHost(name, directory, databaseUrl, programs) {
  for (const entry of entryPoints()) await expectCleanTypes(directory, entry);
  expectFiles(directory);
  compileHost(directory);
  for (const program of programs) {
    for (const entry of entryPoints()) importEntry(directory, entry, program);
    expectCommands(directory, program);
    await startHost(name, directory, databaseUrl, program);
  }
}

function entryPoints() {
  return Object.keys(manifest.exports).filter((entry) => manifest.exports[entry].types !== undefined);
}

function specifierOf(entry) {
  return manifest.name + entry.slice(1);
}

function importEntry(directory, entry, program) {
  const problem = problemOf(() => node(['-e', `await import('${specifierOf(entry)}')`], directory, {}, program));
  if (problem !== undefined)
    throw new ScriptError(`${specifierOf(entry)} cannot be imported by ${program}:\n${problem}`);
}

/** Types that name a package which a host need not have would not compile there. */
async function expectCleanTypes(directory, entry) {
  const { default: ts } = await import('typescript');
  const home = join(directory, 'node_modules', manifest.name);
  const allowed = [...Object.keys(manifest.dependencies), ...requiredPeers(), ...(OWN_PEERS[entry] ?? [])];
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      if (fileName.startsWith('.')) visit(join(dirname(file), fileName.replace(/\.js$/, '.d.ts')));
      else if (!fileName.startsWith('node:') && !allowed.some((name) => `${fileName}/`.startsWith(`${name}/`))) {
        throw new ScriptError(
          `The types of ${specifierOf(entry)} need ${fileName} (in ${relative(home, file)}), which a host need not have.`,
        );
      }
    }
  };
  visit(join(home, manifest.exports[entry].types));
}

/** The exports without code, and the SQL. */
function expectFiles(directory) {
  const home = join(directory, 'node_modules', manifest.name);
  const plain = Object.values(manifest.exports).filter((target) => typeof target === 'string');
  const missing = [...plain, 'sql/migrations', 'LICENSE', 'README.md'].filter((path) => !existsSync(join(home, path)));
  if (missing.length > 0) throw new ScriptError(`The package lacks ${missing.join(', ')}.`);
}

function expectCommands(directory, program) {
  const home = join(directory, 'node_modules', manifest.name);
  for (const [command, file] of Object.entries(manifest.bin)) {
    const problem = problemOf(() => node([join(home, file), '--help'], directory, {}, program));
    if (problem !== undefined) throw new ScriptError(`"${command} --help" fails under ${program}:\n${problem}`);
  }
}

/**
 * With the library's declarations checked too, though not those of other packages, whose faults we cannot mend. The host's own are
 * written, as in an application of the Nest CLI: then every type that it infers needs a name that an entry point exports.
 */
function compileHost(directory) {
  for (const file of ['host.ts', 'desk.ts']) cpSync(join(ROOT, 'test/packed', file), join(directory, file));
  const { compilerOptions } = readJson(join(ROOT, 'tsconfig.json'));
  const { paths: _ours, ...options } = compilerOptions;
  writeJson(join(directory, 'tsconfig.json'), {
    compilerOptions: { ...options, skipLibCheck: false, noEmit: false, noEmitOnError: false, declaration: true },
    include: ['host.ts', 'desk.ts'],
  });
  const problem = problemOf(() => node(['node_modules/typescript/bin/tsc', '--pretty', 'false'], directory));
  const foreign = new RegExp(`^(\\s|node_modules/(?!${manifest.name}/)|$)`);
  const ours = (problem ?? '').split('\n').filter((line) => !foreign.test(line));
  if (ours.length > 0) throw new ScriptError(`The packed types do not fit a host:\n${ours.join('\n')}`);
}

async function startHost(name, directory, url, program) {
  await onDatabase(name.toLowerCase().replaceAll(' ', '_'), url, (own) => {
    const problem = problemOf(() => node(['host.js'], directory, { DATABASE_URL: own }, program));
    if (problem !== undefined)
      throw new ScriptError(`A host with ${name} does not start under ${program}:\n${problem}`);
  });
}

/** Calls with the address of a database that exists meanwhile. */
async function onDatabase(name, url, use) {
  const database = `pack_${name}_${process.pid}`;
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(`create database ${database}`);
    use(Object.assign(new URL(url), { pathname: `/${database}` }).href);
  } finally {
    await admin.query(`drop database if exists ${database} with (force)`);
    await admin.end();
  }
}
