import { Worker } from '../../lib/engine/steps/worker.js';
import { WorkerIdentity } from '../../lib/engine/steps/worker.identity.js';
import { TemplateSynchroniser } from '../../lib/engine/tasks/template.synchroniser.js';
import { WorkerLoop } from '../../lib/engine/steps/worker.loop.js';
import type { TaskHandlerContract } from '../../lib/handlers/task-handler.contract.js';
import { TaskHandlerRegistry } from '../../lib/handlers/task-handler.registry.js';
import type { TaskDefinition } from '../../lib/workflow/task-definition.js';
import { eventually } from './eventually.js';
import { HANDLER, type TestTemplate } from './factories.js';
import type { Host, HostSettings, StepFunction } from './host.js';
import type { Lab } from './lab.js';

/** What a test brings to a shared host: templates under names of their own, and what their steps do. */
export interface Play {
  readonly templates: readonly TaskDefinition[];
  readonly handlers?: Readonly<Record<string, StepFunction>>;
  readonly taskHandlers?: ReadonlyMap<TestTemplate, TaskHandlerContract>;
}

type StageSettings = Omit<HostSettings, 'url' | 'name' | 'templates' | 'handlers'>;

/**
 * A shared host to which each test brings its play, for files whose tests differ in nothing else; to open a host takes far longer.
 * Its worker begins each play under a new identity and with nothing to do; one that runs by itself has looked for work and found
 * none. Call it at the top of the file, or of a block.
 *
 * @param variables of the templates, read when a step first runs, so that a test may set its own
 */
export function useStage(
  lab: Lab,
  settings: StageSettings = {},
  variables: Readonly<Record<string, string>> = {},
): (play: Play) => Promise<Host> {
  const sources: TaskDefinition[] = [];
  const known = new Set<TaskDefinition>();
  let script: Play['handlers'] = {};
  const shared = lab.share({
    ...settings,
    templates: { sources, variables },
    handlers: { [HANDLER]: (context) => script?.[HANDLER]!(context) },
  });
  return async ({ templates, handlers, taskHandlers = new Map<TestTemplate, TaskHandlerContract>() }) => {
    const host = shared();
    const { get } = host;
    sources.splice(0, sources.length, ...templates.filter((template) => !known.has(template)));
    sources.forEach((template) => known.add(template));
    for (const [{ request }, instance] of taskHandlers) {
      get(TaskHandlerRegistry).register(request, { name: 'Tasks', instance, schema: instance.schema ?? null });
    }
    await get(TemplateSynchroniser).onModuleInit(); // as if they had been there from the start
    get(Worker).leaseLost(get(WorkerIdentity).current() ?? 'none'); // drops what an earlier test left
    script = handlers;
    if (settings.worker?.enabled) await lookForWork(host);
    return host;
  };
}

async function lookForWork({ get }: Host): Promise<void> {
  get(WorkerLoop).wake();
  await eventually(() => {
    if (get(WorkerIdentity).current() === null || !get(Worker).isIdle) throw new Error('the worker is still at work');
  });
}
