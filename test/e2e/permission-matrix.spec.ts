import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { amount } from '../support/amount.js';
import { atOnce } from '../support/matrix/at.once.js';
import { ask, type Answer } from '../support/matrix/asking.js';
import {
  AS_ADMIN,
  asksAboutNothing,
  cellsOf,
  isGranted,
  isOperation,
  OUT_OF_SCOPE,
  type Cell,
} from '../support/matrix/cells.js';
import { hasContent } from '../support/matrix/likeness.js';
import { ROWS, rowsWithoutSample, type Row } from '../support/matrix/rows.js';
import type { Target } from '../support/matrix/samples.js';
import { NOTHING, openStage, SECRETS, type Stage } from '../support/matrix/stage.js';
import { targetCounts, targetsFor } from '../support/matrix/targets.js';
import { BY_ROLE } from '../support/matrix/users.js';
import { secretsFor, verdictOn } from '../support/matrix/verdict.js';

/** The first update of a step, which is the one that is asked for, comes before any failure. */
const WITHOUT_CONTENT = 'StepUpdate.error';

const ASKED = ROWS.filter(({ sample }) => sample !== undefined);
const CELLS = ASKED.flatMap((row, at) =>
  cellsOf(row, rolesFor(row, at)).map((cell, index) => ({ ...cell, hostIndex: (at + index) % 2 })),
);
const CHANGES = CELLS.filter((cell) => cell.row.changes && isGranted(cell));
const OTHERS = CELLS.filter((cell) => !CHANGES.includes(cell));

type PlacedCell = (typeof CELLS)[number];

/** Of an operation, one or all: authenticators.spec.ts has each operation asked for by users of every role, too. */
function rolesFor(row: Row, turn: number): readonly string[] {
  const roles = Object.keys(BY_ROLE);
  if (!isOperation(row)) return roles;
  const first = turn % roles.length;
  return [...roles, ...roles].slice(first, first + amount({ short: 1, full: roles.length }));
}

/** Every operation and field, asked for by users of every kind. The expected answers follow from what each declares. */
describe('the permission matrix', () => {
  let stage: Stage;
  const answers = new Map<Cell, Answer>();
  const ofNothing = new Map<Cell, Answer>();
  const digests: string[] = [];

  const asked = ({ row, user, hostIndex }: PlacedCell, target: Target): Promise<Answer> => {
    const { host, url } = stage.hosts[hostIndex]!;
    return ask(host, url, row, target, stage.users.headersOf(user));
  };

  beforeAll(async () => {
    stage = await openStage(targetCounts(CHANGES));
    digests.push(await stage.digest());
    await atOnce(OTHERS, async (cell) => {
      answers.set(cell, await asked(cell, asksAboutNothing(cell) ? NOTHING : stage.subject));
      if (cell.column === OUT_OF_SCOPE && cell.row.names) ofNothing.set(cell, await asked(cell, NOTHING));
    });
    digests.push(await stage.digest());
    const targetFor = targetsFor(stage);
    await atOnce(CHANGES, async (cell) => answers.set(cell, await asked(cell, targetFor(cell.row))));
  }, 300_000);
  afterAll(() => stage.close());

  it('has sample arguments for every operation', () => {
    expect(rowsWithoutSample()).toEqual([]);
  });

  it.each(ASKED.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const cells = CELLS.filter((cell) => cell.row === row);
    const asAdmin = answers.get(cells.find(({ column }) => column === AS_ADMIN)!)!;
    const named = [stage.subject, NOTHING].flatMap(({ position: _, ...names }) => Object.values(names));
    const verdicts = cells.map((cell) => {
      const references = { asAdmin, ofNothing: ofNothing.get(cell) ?? null, named };
      const answer = answers.get(cell)!;
      return { ...verdictOn(cell, answer, references), column: cell.column, secrets: secretsFor(cell.user, answer) };
    });
    expect(Object.fromEntries(verdicts.map(({ column, seen, secrets }) => [column, { seen, secrets }]))).toEqual(
      Object.fromEntries(verdicts.map(({ column, expected }) => [column, { seen: expected, secrets: [] }])),
    );
    if (!row.changes && row.name !== WITHOUT_CONTENT) expect(hasContent(asAdmin.body)).toBe(true);
  });

  it('has secrets, each of which an admin sees', () => {
    const seen = [...answers].filter(([{ column }]) => column === AS_ADMIN).map(([, { body }]) => JSON.stringify(body));
    expect(Object.keys(SECRETS).filter((secret) => !seen.some((text) => text.includes(secret)))).toEqual([]);
  });

  it('changes nothing by operations that are refused or only read', () => {
    expect(digests[1]).toBe(digests[0]);
  });
});
