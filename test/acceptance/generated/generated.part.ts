/**
 * `npm run acceptance -- generated`: applications made by the Nest CLI, to which the package is added as users add it, and in
 * which every schematic writes. Each has to lint, compile, pass its tests and finish a task. Further words choose applications:
 * `-- generated pnpm`; with `--bounded`, it is what `.ci/run` has the time for.
 */
import { join } from 'node:path';
import type { Part } from '../part.js';
import { APPLICATION_KINDS, type ApplicationKind } from './application.kinds.js';
import { GeneratedApplication } from './application.js';
import { checks } from './checks.js';
import { PackageRegistry } from './package.registry.js';
import { toolchain } from './toolchain.js';

/** As many as the machines of a build server have cores. */
const AT_A_TIME = 2;

interface Verdict {
  readonly application: string;
  readonly check: string;
  readonly seconds: number;
  /** Null: as it should be. */
  readonly problem: string | null;
}

/** Prints a line for each check. */
export const runGenerated: Part = async ({ workspace, tarball, words }) => {
  const isBounded = words.includes('--bounded');
  const kinds = chosenKinds(words.filter((word) => word !== '--bounded')).filter(
    (kind) => kind.isBounded || !isBounded,
  );
  const registry = await PackageRegistry.start(tarball);
  try {
    const withPnpm = kinds.some(({ exec }) => exec.startsWith('pnpm'));
    const env = await toolchain(join(workspace, 'tools'), registry.url, withPnpm);
    const waiting = kinds.map((kind) => new GeneratedApplication(kind, join(workspace, 'made', kind.name), env));
    const verdicts: Verdict[] = [];
    const takeTurns = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) verdicts.push(...(await judge(next, isBounded)));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, takeTurns));
    report(verdicts);
    return verdicts.every(({ problem }) => problem === null);
  } finally {
    registry.stop();
  }
};

function chosenKinds(words: readonly string[]): readonly ApplicationKind[] {
  const chosen = APPLICATION_KINDS.filter(({ name }) =>
    words.every((word) => name.toLowerCase().includes(word.toLowerCase())),
  );
  if (chosen.length > 0) return chosen;
  const names = APPLICATION_KINDS.map(({ name }) => name).join(', ');
  throw new Error(`No application has "${words.join('" and "')}" in its name; there are ${names}.`);
}

async function judge(application: GeneratedApplication, isBounded: boolean): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const check of checks(application.kind, isBounded)) {
    const beganAt = performance.now();
    let problem: string | null = null;
    try {
      await check.run(application);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    const seconds = Math.round((performance.now() - beganAt) / 100) / 10;
    verdicts.push({ application: application.kind.name, check: check.name, seconds, problem });
    console.log(`${application.kind.name}: ${check.name}: ${problem === null ? 'passed' : 'FAILED'} in ${seconds} s`);
    if (problem !== null && check.isNeeded === true) break;
  }
  return verdicts;
}

const SHOWN_LETTERS = 70;

function shortened(name: string): string {
  return name.length > SHOWN_LETTERS ? `${name.slice(0, SHOWN_LETTERS - 1)}…` : name;
}

/** The table, and below it what failed with the end of its output. */
function report(verdicts: readonly Verdict[]): void {
  const applications = [...new Set(verdicts.map(({ application }) => application))];
  const names = [...new Set(verdicts.map(({ check }) => check))];
  const cell = (application: string, name: string): string => {
    const verdict = verdicts.find((each) => each.application === application && each.check === name);
    if (verdict === undefined) return '-';
    return `${verdict.seconds.toFixed(1)} s${verdict.problem === null ? '' : ' FAILED'}`;
  };
  const lines = names.map((name) => [shortened(name), ...applications.map((application) => cell(application, name))]);
  const all = [['', ...applications], ...lines];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  const padded = all.map((line) => line.map((each, column) => each.padEnd(widths[column]!)).join('  '));
  console.log(['', ...padded.map((line) => line.trimEnd())].join('\n'));
  for (const { application, check, problem } of verdicts) {
    if (problem !== null) console.log(`\n${application}, ${check}:\n${problem}`);
  }
}
