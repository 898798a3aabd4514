import { createHmac, randomBytes } from 'node:crypto';

/** One run of a schematic; what it writes is linted, compiled and tested with all the rest. */
export interface GeneratorRow {
  /** The schematic and what is given to it. */
  readonly line: string;
  /** The Nest CLI takes only its own options, and prompts for ours on a terminal alone. @default 'tasker' */
  readonly by?: 'nest' | 'tasker';
  /** Whether every commit is held to it: one row of each schematic. @default false */
  readonly isBounded?: boolean;
}

/** What generated code wants to find in the environment. */
export const ENVIRONMENT = { TASKER_JWT_SECRET: randomBytes(32).toString('hex') };

/** Those that the authenticator of the application accepts. */
export const CREDENTIALS = { authorization: `Bearer ${operatorToken()}` };

/** The options of `task-handler`, each alone, none and all of them, for templates in YAML and in TypeScript. */
const WORKFLOWS: readonly GeneratorRow[] = ['yaml', 'typescript'].flatMap((style) => {
  const options = {
    plain: '',
    placed: '--namespace billing',
    stepped: '--steps one,two-three,four_five',
    outside: '--dependent-system warehouse',
    described: `--description "It's ours: all of it"`,
    hooked: '--hooks',
  };
  const all = { ...options, full: `--task-version 2.1.0 ${Object.values(options).join(' ')}` };
  return Object.entries(all).map(([name, given]) => ({
    line: `task-handler workflows/${style}-${name} --style ${style} ${given}`.trimEnd(),
    isBounded: name === 'full',
  }));
});

export const GENERATORS: readonly GeneratorRow[] = [
  { line: 'task-handler ecommerce.process_order', by: 'nest', isBounded: true },
  ...WORKFLOWS,
  { line: 'step-handler orders/ecommerce.reserve_stock', by: 'nest', isBounded: true },
  { line: 'step-handler orders/ecommerce.charge_card --kind http', isBounded: true },
  { line: 'step-handler orders/ecommerce.book_order --kind transactional' },
  { line: 'step-handler notify --flat --no-spec' },
  { line: 'sh shipping/send-parcel --path warehouse --spec-file-suffix test' },
  { line: 'nest-add --authenticator jwt', isBounded: true },
  { line: 'authenticator-api-token robots --skip-import', by: 'nest', isBounded: true },
  { line: 'authenticator-openid staff --skip-import', by: 'nest' },
  { line: 'authenticator guests --type custom --skip-import', isBounded: true },
  { line: 'authenticator visitors --type passport --strategy google --skip-import', isBounded: true },
  { line: 'authorization-coordinator-roles staff', by: 'nest', isBounded: true },
  { line: 'authorization-coordinator staff --type custom --skip-import', isBounded: true },
  { line: 'subscriber alerts', by: 'nest', isBounded: true },
  { line: 'subscriber watch --events "*,task.failed"' },
  { line: 'subscriber steps --events step.failed,step.outcome_stale,worker.lost' },
  { line: 'subscriber-metrics numbers', by: 'nest', isBounded: true },
  { line: 'subscriber losses --metrics --events worker.lost,step.skipped' },
  { line: 'identity-strategy order', by: 'nest', isBounded: true },
  { line: 'events shop --events parcel.sent,parcel.lost', isBounded: true },
  { line: 'migration', isBounded: true },
];

function operatorToken(): string {
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: 'login', aud: 'tasker', sub: 'acceptance', roles: ['operator'], iat: now, exp: now + 7_200 };
  const signed = `${encoded({ alg: 'HS256' })}.${encoded(claims)}`;
  const signature = createHmac('sha256', ENVIRONMENT.TASKER_JWT_SECRET).update(signed).digest('base64url');
  return `${signed}.${signature}`;
}
