import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthUnavailableError } from 'nestjs-tasker';
import { amount } from '../support/amount.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { atOnce } from '../support/matrix/at.once.js';
import { ask, type Answer } from '../support/matrix/asking.js';
import { AS_ADMIN, isGranted, isOperation, OUT_OF_SCOPE, type Cell } from '../support/matrix/cells.js';
import { logins, type Login } from '../support/matrix/logins.js';
import { ROWS } from '../support/matrix/rows.js';
import { KINDS, type Kind, type Target } from '../support/matrix/samples.js';
import { furnish, NOTHING, openHost, type MatrixHost } from '../support/matrix/stage.js';
import { CLOSED, RATE_LIMITED, UNAVAILABLE } from '../support/matrix/refusals.js';
import { BY_ROLE } from '../support/matrix/users.js';
import { verdictOn, verdictOnRefusal } from '../support/matrix/verdict.js';

const NOBODY = 'no credentials';
const WRONG = 'wrong credentials';
const COLUMNS = [NOBODY, WRONG, ...Object.keys(BY_ROLE)];
/** How many kinds of user ask for an operation with one authenticator. Others do with the next, so that all have asked in the end. */
const ASKED_COLUMNS = amount({ short: 1, full: COLUMNS.length });

/** Operations; the other matrix has the fields, which do not depend on the authenticator. */
const OPERATIONS = ROWS.filter(isOperation);

function cellsFor(login: number): readonly Cell[] {
  return OPERATIONS.flatMap((row, index) => {
    const cell = (column: string): Cell => ({ row, column, user: BY_ROLE[column] ?? null });
    const asked = columnsOf(login + index).map(cell);
    const needsAdmin = asked.some(isCompared) && asked.every(({ column }) => column !== AS_ADMIN);
    return needsAdmin ? [...asked, cell(AS_ADMIN)] : asked;
  });
}

function columnsOf(turn: number): readonly string[] {
  const first = turn % COLUMNS.length;
  return [...COLUMNS, ...COLUMNS].slice(first, first + ASKED_COLUMNS);
}

/** Whether its answer is compared with the one for an admin. */
function isCompared(cell: Cell): boolean {
  return isGranted(cell) && !isAboutNothing(cell);
}

const LOGINS = await logins();

const authenticate = (): never => {
  throw new AuthUnavailableError('the directory does not answer');
};
const ONE_REQUEST = { tasker: { auth: 'none', rateLimits: { requests: { limit: 1, seconds: 3_600 } } } } as const;
const OUT_OF_ORDER = { tasker: { auth: { authenticators: [{ authenticate }] } } };

/**
 * Every operation with every authenticator. The roles of the user decide. Operations that are permitted and change something
 * are asked for something that does not exist, so that all hosts can have the same tasks.
 */
describe.each(LOGINS.map((login, index) => [login.name, login, index] as const))(
  'a host with %s',
  (_, login, index) => {
    const cells = cellsFor(index);
    let on: MatrixHost;
    const answers = new Map<Cell, Answer>();

    beforeAll(async () => {
      on = await openHost(index % 2 === 0 ? 'apollo' : 'mercurius', await database(), login.settings);
      subject ??= (await furnish(on.host, EACH_ONCE)).subject;
      const headers = new Map(
        await Promise.all(COLUMNS.map(async (column) => [column, await credentials(login, column, on)] as const)),
      );
      await atOnce(cells, async (cell) => {
        answers.set(cell, await ask(on.host, on.url, cell.row, targetOf(cell), headers.get(cell.column)!));
      });
    }, 120_000);
    afterAll(() => on.host.close());

    it.each(COLUMNS)('answers every operation as documented: %s', (column) => {
      const asked = cells.filter((cell) => cell.column === column);
      const verdicts = asked.map((cell) => [cell.row.name, verdictFor(cell)] as const);
      expect(verdicts).not.toHaveLength(0);
      expect(Object.fromEntries(verdicts.map(([name, { seen }]) => [name, seen]))).toEqual(
        Object.fromEntries(verdicts.map(([name, { expected }]) => [name, expected])),
      );
    });

    function verdictFor(cell: Cell): ReturnType<typeof verdictOn> {
      const answer = answers.get(cell)!;
      const ofAdmin = cells.find(({ row, column }) => row === cell.row && column === AS_ADMIN);
      const asAdmin = isCompared(cell) ? answers.get(ofAdmin!)! : answer;
      const column = isGranted(cell) && isAboutNothing(cell) ? OUT_OF_SCOPE : cell.column;
      return verdictOn({ ...cell, column }, answer, { asAdmin, ofNothing: answer, named: [] });
    }
  },
);

it('all authenticators together are asked for each operation by users of every kind', () => {
  const cells = LOGINS.flatMap((_, login) => cellsFor(login));
  const missing = OPERATIONS.flatMap((row) =>
    COLUMNS.filter((column) => !cells.some((cell) => cell.row === row && cell.column === column)).map((column) => [
      row.name,
      column,
    ]),
  );
  expect(missing).toEqual([]);
});

describe.each([
  ['whose directory of users is out of order', UNAVAILABLE, OUT_OF_ORDER, 'test'],
  ['whose callers have used up a rate limit', RATE_LIMITED, ONE_REQUEST, 'test'],
  ['in production that says nothing about users', CLOSED, {}, 'production'],
] as const)('a host %s', (_, refusal, settings, environment) => {
  let on: MatrixHost;

  beforeAll(async () => {
    const { NODE_ENV } = process.env;
    process.env.NODE_ENV = environment;
    try {
      on = await openHost('apollo', await database(), settings);
    } finally {
      process.env.NODE_ENV = NODE_ENV;
    }
  }, 120_000);
  afterAll(() => on.host.close());

  it('refuses every operation as documented', async () => {
    await ask(
      on.host,
      on.url,
      OPERATIONS.find(({ name }) => name === 'GET /tasks')!,
      NOTHING,
      {},
    ); // it may be permitted
    const refused = OPERATIONS.filter(({ needs }) => needs.length > 0);
    const verdicts = new Map<string, ReturnType<typeof verdictOnRefusal>>();
    await atOnce(refused, async (row) => {
      const answer = await ask(on.host, on.url, row, NOTHING, {});
      verdicts.set(row.name, verdictOnRefusal(row, answer, refusal));
    });
    expect([...verdicts].map(([name, { seen }]) => [name, seen])).toEqual(
      [...verdicts].map(([name, { expected }]) => [name, expected]),
    );
  });
});

let shared: TestDatabase | null = null;
let subject: Target | null = null;
const EACH_ONCE = Object.fromEntries(KINDS.map((kind) => [kind, 1])) as Record<Kind, number>;

async function database(): Promise<TestDatabase> {
  return (shared ??= await createTestDatabase());
}

afterAll(async () => {
  for (const login of LOGINS) login.close?.();
  await shared?.drop();
});

function isAboutNothing({ row }: Cell): boolean {
  return row.changes && row.names;
}

function targetOf(cell: Cell): Target {
  return cell.row.changes ? NOTHING : subject!;
}

async function credentials(login: Login, column: string, on: MatrixHost): Promise<Readonly<Record<string, string>>> {
  if (column === NOBODY) return {};
  const token = column === WRONG ? await login.wrongToken(on) : await login.token(column, on);
  return { authorization: `Bearer ${token}` };
}
