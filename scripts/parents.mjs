/**
 * npm runs a script in a shell. A signal that is sent to npm ends that shell, which passes nothing on, and a SIGKILL of npm
 * reaches nobody else at all. What the shell started would then go on for ever, so it looks after those who started it.
 */
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 500;
const SHELL = /^(?:ba|da|a|k|z)?sh$/;

/** Ends this process, as a SIGTERM does, once the npm that started it has ended. Does nothing when npm did not start it. */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event) endWhenChanged(() => `${process.ppid} ${starterOfShell(process.ppid)}`);
}

/** The same for a process that one of our scripts started. */
export function endWithParent() {
  endWhenChanged(() => process.ppid);
}

function endWhenChanged(starters) {
  const atFirst = starters();
  const timer = setInterval(() => {
    if (starters() === atFirst) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** Undefined where the shell has made room for its only command, as most do, and where the system does not tell. */
function starterOfShell(pid) {
  try {
    const [, name, parent] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return SHELL.test(name) ? parent : undefined;
  } catch {
    return undefined;
  }
}
