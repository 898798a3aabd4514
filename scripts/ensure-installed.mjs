/** Installs the dependencies when node_modules is missing or is not what package-lock.json says. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, relative } from 'node:path';
import { isProgram, progress, ROOT, run, ScriptError } from './script.mjs';
import { inTurn } from './turn.mjs';

const OLDEST_NODE = [20, 19];

/** The dependencies of the package in the folder, which is the whole repository's unless another one is named. */
export async function ensureInstalled(folder = ROOT) {
  requireNode();
  const reason = reasonToInstall(folder);
  if (reason === undefined) return;
  const whose = folder === ROOT ? '' : ` of ${relative(ROOT, folder)}`;
  progress(`Installing the dependencies${whose} with "npm ci", because ${reason}.`);
  await install(folder);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new ScriptError(`Node.js ${OLDEST_NODE.join('.')} or newer is needed, and this is ${process.versions.node}.`);
}

/** npm notes in node_modules what it installed there; the two lists differ only in optional packages of other platforms. */
function reasonToInstall(folder) {
  if (!existsSync(join(folder, 'node_modules'))) return 'node_modules is missing';
  const installed = packagesOf(join(folder, 'node_modules/.package-lock.json'));
  if (installed === undefined) return 'node_modules is incomplete';

  const wanted = packagesOf(join(folder, 'package-lock.json'));
  if (wanted === undefined)
    throw new ScriptError('package-lock.json is missing or damaged: restore it from the repository.');
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    const found = installed[path];
    if (found === undefined ? !optional : found.version !== version) return `${path} is not at version ${version}`;
    if (found !== undefined && !existsSync(join(folder, path, 'package.json'))) return `${path} is missing`;
  }
  const surplus = Object.keys(installed).find((path) => wanted[path] === undefined);
  return surplus && `${surplus} is not in package-lock.json`;
}

function packagesOf(file) {
  try {
    const { '': _root, ...packages } = JSON.parse(readFileSync(file, 'utf8')).packages;
    return packages;
  } catch {
    return undefined;
  }
}

/** Development dependencies too, whatever NODE_ENV says: they are what builds and runs this repository. */
function install(folder) {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, ...first] = npm();
  return new Promise((done, failed) => {
    const options = { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], shell: command === 'npm.cmd' };
    const child = spawn(command, [...first, ...args], options);
    const passOn = passSignalsTo(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (said += text));
    }
    child.once('error', (error) => failed(explain(folder, error.code, error.message)));
    child.once('close', (code) => {
      const signal = passOn.end();
      if (signal !== undefined) failed(interrupted(signal));
      else if (code === 0) done();
      else failed(explain(folder, '', said));
    });
  });
}

/** An interrupted npm puts back what it had moved, which takes seconds, and whoever starts again meanwhile would meet it. */
function passSignalsTo(child) {
  let caught;
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const handler = () => {
      if (caught !== undefined) return;
      caught = signal;
      progress('Waiting for npm to tidy up.');
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal); // a terminal has sent npm its SIGINT already
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  const end = () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
    return caught;
  };
  return { end };
}

function interrupted(signal) {
  const error = new ScriptError('The installation was interrupted: the next start will make up for it.');
  return Object.assign(error, { exitCode: 128 + constants.signals[signal] });
}

/** The npm that runs us, else the one on the path. */
function npm() {
  const running = process.env.npm_execpath;
  if (running?.endsWith('npm-cli.js') && existsSync(running)) return [process.execPath, running];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

function explain(folder, code, said) {
  if (code === 'ENOENT') {
    return new ScriptError('npm was not found: install it (it comes with Node.js) or add it to PATH, then try again.');
  }
  if (/\b(EACCES|EPERM|EROFS)\b/.test(said)) {
    const [, path = folder] = /^npm error path (.+)$/m.exec(said) ?? [];
    return new ScriptError(`There is no permission to write to ${path}: make it writable for you, then try again.`);
  }
  if (/\bENOSPC\b/.test(said)) return new ScriptError('The disk is full: free some space, then try again.');
  if (/\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.test(said)) {
    return new ScriptError('The npm registry could not be reached: check the network and the proxy, then try again.');
  }
  return new ScriptError(`"npm ci" failed:\n${said.trim()}`);
}

if (isProgram(import.meta)) await run(() => inTurn(ensureInstalled));
