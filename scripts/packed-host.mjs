/** Hosts that know the package as it would be published: the packed tarball, in a folder of its own for each version of Nest. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, ScriptError } from './script.mjs';

export const manifest = readJson(join(ROOT, 'package.json'));

/** Exact versions, so that a release of somebody else's cannot turn this red. The newer host has what we develop with. */
export const NEST_VERSIONS = {
  'Nest 12': {
    peers: developmentVersions(requiredPeers()),
    platforms: developmentVersions(['@nestjs/platform-express', '@nestjs/platform-fastify']),
    graphql: developmentVersions(['@nestjs/graphql', 'graphql']),
    passport: developmentVersions(['@nestjs/passport', 'passport']),
  },
  'Nest 11': {
    peers: {
      ...developmentVersions(requiredPeers()),
      '@nestjs/common': '11.2.10',
      '@nestjs/core': '11.2.10',
      '@nestjs/typeorm': '11.0.3',
    },
    platforms: { '@nestjs/platform-express': '11.2.10', '@nestjs/platform-fastify': '11.2.8' },
    graphql: { ...developmentVersions(['graphql']), '@nestjs/graphql': '13.4.5' },
    passport: { ...developmentVersions(['passport']), '@nestjs/passport': '11.0.5' },
  },
};

let isInterrupted = false;

/** A signal no longer ends the process at once: whatever program it waits for gets it as well, no other is started, and files are removed. */
export function stayForTidying() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (isInterrupted = true));
}

export function requireUninterrupted() {
  if (isInterrupted) throw new ScriptError('The check was interrupted.');
}

/** The peers that a host installs itself. */
export function requiredPeers() {
  const { peerDependencies, peerDependenciesMeta = {} } = manifest;
  return Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
}

function developmentVersions(names) {
  return Object.fromEntries(names.map((name) => [name, manifest.devDependencies[name]]));
}

/** Answers the path of the tarball. The scripts of the package have run already: they would only build again what was just built. */
export function pack(workspace) {
  const listing = npm(['pack', '--ignore-scripts', '--json', `--pack-destination=${workspace}`], ROOT);
  const [{ filename }] = Object.values(JSON.parse(listing));
  return join(workspace, filename);
}

/** Makes a folder for the version with the package and other packages in it, and answers its path. */
export function makeHost(workspace, name, { dependencies, devDependencies = {} }, tarball) {
  const directory = join(workspace, name.toLowerCase().replaceAll(' ', '-'));
  mkdirSync(directory);
  writeJson(join(directory, 'package.json'), {
    private: true,
    type: 'module',
    dependencies: { ...dependencies, [manifest.name]: `file:${tarball}` },
    devDependencies,
  });
  install(directory);
  return directory;
}

/** What the package.json of the folder asks for, or only finds out the versions. */
export function install(directory, ...options) {
  npm(['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...options], directory);
}

/** One package, which the package.json of the folder need not name. */
export function installPackage(directory, name) {
  npm(['install', '--prefix', directory, '--no-save', '--no-audit', '--no-fund', '--loglevel=error', name], directory);
}

function npm(args, cwd) {
  requireUninterrupted();
  try {
    return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: 'pipe', shell: process.platform === 'win32' });
  } catch (error) {
    throw new ScriptError(`"npm ${args[0]}" failed in ${cwd}:\n${error.stderr}`);
  }
}

/** Undefined when the command succeeded, otherwise all it said. */
export function problemOf(command) {
  try {
    command();
    return undefined;
  } catch (error) {
    return `${error.stdout ?? ''}${error.stderr ?? ''}`.trim() || error.message;
  }
}

/**
 * Runs Node in the folder, for two minutes at most; with `-e` the text is an ES module.
 * @param program the path of another version of Node
 */
export function node(args, cwd, env = {}, program = process.execPath) {
  requireUninterrupted();
  const flags = args[0] === '-e' ? ['--input-type=module'] : [];
  const options = { cwd, encoding: 'utf8', stdio: 'pipe', timeout: 120_000, env: { ...process.env, ...env } };
  return execFileSync(program, [...flags, ...args], options);
}

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function writeJson(file, value) {
  writeFileSync(file, JSON.stringify(value, null, 2));
}
