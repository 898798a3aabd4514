import type { Host } from './application.js';
import { eventually } from './scenario.js';

const ENDED = ['complete', 'error', 'cancelled', 'resolved_manually'];

/** The task as REST shows it once it has come to its end, with what of it was asked for. */
export function ended(host: Host, id: string, include = 'context'): Promise<any> {
  return eventually(async () => {
    const { status, body } = await host.ask(`/tasks/${id}?include=${include}`);
    if (status !== 200) throw new Error(`Task ${id}: ${status} ${JSON.stringify(body)}`);
    if (!ENDED.includes(body.state))
      throw new Error(`Task ${id} is still ${body.state}: ${JSON.stringify(body.steps)}`);
    return body;
  });
}

/** `one: complete, 1 attempts`. */
export function stepsOf(task: any): string[] {
  return task.steps.map((step: any) => `${step.name}: ${step.state}, ${step.attempts} attempts`);
}
