import { freePort } from '../../support/free.port.js';
import type { GeneratedApplication } from './application.js';
import { CREDENTIALS } from './generators.js';

const START_LIMIT_MS = 90_000;
const TASK_LIMIT_MS = 30_000;

export interface TaskToStart {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly context: object;
}

/** Starts the built application on a PostgreSQL of its own and a task over REST, and waits until it is complete. */
export async function finishTask(application: GeneratedApplication, request: TaskToStart): Promise<void> {
  const port = await freePort();
  const line = `${application.kind.exec} nestjs-tasker dev-database --temporary -- npm run start:prod`;
  const command = application.start(line, 180, { PORT: String(port) });
  const tasks = `http://127.0.0.1:${port}/tasker/tasks`;
  try {
    const { id } = await command.serves(async () => {
      const response = await fetch(tasks, {
        method: 'POST',
        headers: { ...CREDENTIALS, 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      return taskOf(response);
    }, START_LIMIT_MS);
    await command.serves(async () => {
      const task = await taskOf(await fetch(`${tasks}/${id}`, { headers: CREDENTIALS }));
      if (task.state !== 'complete') throw new Error(`The task is ${JSON.stringify(task)}.`);
    }, TASK_LIMIT_MS);
  } finally {
    await command.interrupt();
  }
}

async function taskOf(response: Response): Promise<{ readonly id: string; readonly state: string }> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return JSON.parse(text) as { readonly id: string; readonly state: string };
}
