import { InvalidTaskHandlerAnswerError } from '../../handlers/handler.errors.js';
import type { RequestedTask } from '../../handlers/task-handler.contract.js';
import type { RegisteredTaskHandler } from '../../handlers/task-handler.registry.js';
import type { NewTaskExtra, TailoredStep } from '../../persistence/task.gateway.js';
import { describeKind } from '../../templates/json.copy.js';
import { unknownName } from '../../workflow/near.name.js';
import { analyseGraph } from '../../workflow/graph.js';
import { booleanProblem, countProblem, unknownFieldProblems } from '../../workflow/input.checks.js';
import { mustBe, mustBeListOf } from '../../workflow/input.wording.js';
import type { TaskTemplate } from '../../workflow/task-template.js';
import type { Problem } from '../../workflow/tasker.error.js';

const MEMBER = 'establishStepDependenciesAndDefaults';
const FIELDS = ['step', 'retryLimit', 'retryable', 'alsoDependsOn'] as const;
/** The same limit as in templates. */
const MAX_ATTEMPTS = 32_767;

/** A change before its check; types are checked too, because handlers may be JavaScript. */
type Unchecked = Readonly<Partial<Record<(typeof FIELDS)[number], unknown>>>;

/** The differences between the steps of one task and their templates, by step name. */
type Tailoring = Readonly<Record<string, TailoredStep>>;

/**
 * Calls the task handler of the template for a new task, and returns its changes.
 * @throws InvalidTaskHandlerAnswerError with every problem, or what the handler threw
 */
export function handledExtra(
  handler: RegisteredTaskHandler,
  template: TaskTemplate,
  task: RequestedTask,
): Pick<NewTaskExtra, 'tailor' | 'hasFinalHook'> {
  const tailor = tailorSteps(handler, template, task);
  return { ...(tailor && { tailor }), ...(handler.instance.updateAnnotations && { hasFinalHook: true }) };
}

/** The differences between the steps of a new task and their templates; undefined if there are none. */
function tailorSteps(
  { name, instance }: RegisteredTaskHandler,
  template: TaskTemplate,
  task: RequestedTask,
): Tailoring | undefined {
  if (instance[MEMBER] === undefined) return undefined;
  const answer: unknown = instance[MEMBER](task, template.steps);
  const changes = Array.isArray(answer) ? (answer as readonly unknown[]) : [];
  const problems = Array.isArray(answer)
    ? changes.flatMap((change, index) => changeProblems(`/${index}`, change, template))
    : [{ pointer: '', message: `${mustBeListOf('changes')}, not a promise of one, got ${describeKind(answer)}` }];
  if (problems.length > 0) throw new InvalidTaskHandlerAnswerError(name, MEMBER, template, problems);
  const tailoring = merge(changes as readonly Unchecked[]);
  const cycle = cycleOf(template, tailoring);
  if (cycle) throw new InvalidTaskHandlerAnswerError(name, MEMBER, template, [cycle]);
  return Object.keys(tailoring).length > 0 ? tailoring : undefined;
}

function changeProblems(pointer: string, change: unknown, { steps }: TaskTemplate): Problem[] {
  if (typeof change !== 'object' || change === null) {
    return [{ pointer, message: `${mustBe('an object')}, got ${describeKind(change)}` }];
  }
  const { step, retryLimit, retryable, alsoDependsOn = [] } = change as Unchecked;
  const names = steps.map((each) => each.name);
  const parents = Array.isArray(alsoDependsOn) ? (alsoDependsOn as readonly unknown[]) : [];
  return [
    ...unknownFieldProblems(change, FIELDS, pointer),
    nameProblem(`${pointer}/step`, step, names),
    countProblem(`${pointer}/retryLimit`, retryLimit, 1, MAX_ATTEMPTS),
    booleanProblem(`${pointer}/retryable`, retryable),
    Array.isArray(alsoDependsOn)
      ? null
      : { pointer: `${pointer}/alsoDependsOn`, message: mustBeListOf('names of steps') },
    ...parents.map((parent, index) => nameProblem(`${pointer}/alsoDependsOn/${index}`, parent, names)),
  ].filter((problem) => problem !== null);
}

function nameProblem(pointer: string, name: unknown, known: readonly string[]): Problem | null {
  if (typeof name !== 'string')
    return { pointer, message: `${mustBe('the name of a step')}, got ${describeKind(name)}` };
  return known.includes(name) ? null : { pointer, message: `names an ${unknownName('step', name, known)}` };
}

/** Of two changes to one step, the later one counts, with the dependencies of both. */
function merge(changes: readonly Unchecked[]): Tailoring {
  const steps = new Map<string, TailoredStep>();
  for (const { step, alsoDependsOn, ...settings } of changes as readonly (Unchecked & { readonly step: string })[]) {
    const { dependsOn = [], ...before } = steps.get(step) ?? {};
    const parents = [...new Set([...dependsOn, ...((alsoDependsOn ?? []) as readonly string[])])];
    steps.set(step, { ...before, ...(settings as TailoredStep), ...(parents.length > 0 && { dependsOn: parents }) });
  }
  return Object.fromEntries(steps);
}

function cycleOf({ steps }: TaskTemplate, tailoring: Tailoring): Problem | null {
  const { cycle } = analyseGraph(
    steps.map(({ name, dependsOn }) => ({
      name,
      dependsOn: [...new Set([...dependsOn, ...(tailoring[name]?.dependsOn ?? [])])],
    })),
  );
  return cycle && { pointer: '', message: `makes steps depend on each other in a cycle: ${cycle.join(' → ')}` };
}
