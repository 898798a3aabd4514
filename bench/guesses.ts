import { createHmac, randomBytes } from 'node:crypto';
import { ApiTokenAuthenticator, ApiTokenService, JwtAuthenticator } from 'nestjs-tasker';
import { openApp } from './bench.app.js';
import { median } from './percentiles.js';
import { workload } from './workloads.js';

/** How long it takes to refuse guesses of one kind: the medians of all of them, and of every second one. */
export interface GuessMeasurement {
  readonly guess: string;
  readonly medianUs: number;
  /** The difference between the medians of the two halves of these guesses, which tells nothing but noise. */
  readonly noiseUs: number;
  /** The difference to the first kind of the same authenticator, which a guesser could notice. */
  readonly differenceUs: number;
}

const ROUNDS = 3_000;
const WARM_UP = 300;
const SECRET = randomBytes(32).toString('base64url');

type Guess = () => Promise<unknown>;

/** Times guesses that are wrong in different ways. The kinds take turns, so that all meet the same noise. */
export async function measureGuesses(url: string): Promise<GuessMeasurement[]> {
  const app = await openApp(url, workload('single', 1, 1), { enabled: false });
  try {
    const tokens = app.get(ApiTokenAuthenticator, { strict: false });
    const { secret: token } = await app
      .get(ApiTokenService, { strict: false })
      .create({ name: 'bench', userId: 'bench' }, 'ann');
    const byToken =
      (text: string): Guess =>
      () =>
        refused(tokens.authenticate(requestWith(text)));
    const jwt = new JwtAuthenticator({ secret: SECRET, issuer: 'bench', audience: 'tasker' });
    const byJwt =
      (text: string): Guess =>
      () =>
        refused(jwt.authenticate(requestWith(text)));
    const valid = jwtOf({ sub: 'ann', iss: 'bench', aud: 'tasker' });
    return [
      ...(await timed({
        'API token: a secret of which nothing is right': byToken(
          `${token.slice(0, 17)}${'0'.repeat(token.length - 17)}`,
        ),
        'API token: a secret of which only the end is wrong': byToken(otherAt(token, token.length - 1)),
        'API token: an id that does not exist': byToken(otherAt(token, 8)),
      })),
      ...(await timed({
        'JWT: a signature of which nothing is right': byJwt(valid.replace(/[^.]+$/, 'A'.repeat(43))),
        'JWT: a signature of which only the end is wrong': byJwt(otherAt(valid, valid.length - 3)),
      })),
    ];
  } finally {
    await app.close();
  }
}

async function timed(guesses: Readonly<Record<string, Guess>>): Promise<GuessMeasurement[]> {
  const kinds = Object.entries(guesses).map(([name, guess]) => ({ name, guess, us: [] as number[] }));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const { guess, us } of kinds) {
      const began = performance.now();
      await guess();
      if (round >= 0) us.push((performance.now() - began) * 1_000);
    }
  }
  const first = median(kinds[0]!.us);
  return kinds.map(({ name, us }) => {
    const half = (rest: number): number => median(us.filter((_, index) => index % 2 === rest));
    const all = median(us);
    return {
      guess: name,
      medianUs: rounded(all),
      noiseUs: rounded(Math.abs(half(0) - half(1))),
      differenceUs: rounded(all - first),
    };
  });
}

/** @throws Error if it was no wrong guess */
async function refused(answer: Promise<unknown>): Promise<void> {
  const user = await answer.catch(() => null);
  if (user !== null) throw new Error('A guess was right.');
}

const requestWith = (token: string): object => ({ headers: { authorization: `Bearer ${token}` } });

const otherAt = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1);

function jwtOf(claims: object): string {
  const now = Math.floor(Date.now() / 1_000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, iat: now, exp: now + 3_600 })}`;
  return `${head}.${createHmac('sha256', SECRET).update(head).digest('base64url')}`;
}

const rounded = (us: number): number => Math.round(us * 10) / 10;
