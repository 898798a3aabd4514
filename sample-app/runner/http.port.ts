import { createServer } from 'node:net';
import { StartProblem } from './start.problem.js';

const DEFAULT_PORT = 3_000;
const HIGHEST_PORT = 65_535;

/** The port to serve on: `PORT`, or 3000. Checked at once, because what comes next takes seconds. */
export async function freePort(setting = process.env.PORT): Promise<number> {
  const port = parsePort(setting);
  const code = await whyNotFree(port);
  if (code === undefined) return port;
  throw portProblem(port, code, setting);
}

function parsePort(setting: string | undefined): number {
  if (setting === undefined || setting === '') return DEFAULT_PORT;
  const port = Number(setting);
  if (/^\d+$/.test(setting) && port <= HIGHEST_PORT) return port;
  throw new StartProblem(`PORT must be a number from 0 to ${HIGHEST_PORT}, got "${setting}".`);
}

/** Undefined when the port can be had, otherwise the system's error code. */
function whyNotFree(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, () => probe.close(() => resolve(undefined)));
  });
}

/** Why a port cannot be listened on, by the system's error code. */
export function portProblem(port: number, code: string, setting = process.env.PORT): StartProblem {
  return new StartProblem(problemWith(port, setting, code));
}

function problemWith(port: number, setting: string | undefined, code: string): string {
  if (code === 'EACCES') return `There is no permission to listen on port ${port}: set PORT to a number above 1023.`;
  if (code !== 'EADDRINUSE') return `Port ${port} cannot be listened on (${code}): set PORT to another.`;
  const choice = setting ? 'set PORT to another' : 'set PORT to a free one, as in "PORT=3001 npm start"';
  return `Port ${port} is in use by another program: ${choice}.`;
}
