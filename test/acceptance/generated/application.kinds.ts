/** How one kind of application is made, and how its commands are called. */
export interface ApplicationKind {
  readonly name: string;
  /** Command lines in an empty folder. */
  readonly made: readonly string[];
  /** The folder of the application in it. */
  readonly folder: string;
  /** Runs a program of the application's packages. */
  readonly exec: string;
  /** Its own linter, refusing warnings too. */
  readonly lint: string;
  /** Made by our own schematic `app`: it has the package, workflows and an acceptance script already. @default false */
  readonly isComplete?: boolean;
  /** Whether every commit is held to it; the rest is `npm run acceptance`. */
  readonly isBounded: boolean;
}

export const NEST_CLI = { 12: '@nestjs/cli@12.0.8', 11: '@nestjs/cli@11.0.24' } as const;

const OXLINT = 'oxlint --type-aware --deny-warnings src/ test/';
/** Not over `main.ts`, as it has a warning of its own when it is new. */
const ESLINT = 'eslint "{src,test}/**/*.ts" --max-warnings 0 --ignore-pattern src/main.ts';

const NEST_NEW = `npx --package ${NEST_CLI[12]} --package nestjs-tasker`;

export const APPLICATION_KINDS: readonly ApplicationKind[] = [
  {
    name: 'Nest 12',
    made: [`npx ${NEST_CLI[12]} new shop --package-manager npm --skip-git`],
    folder: 'shop',
    exec: 'npx',
    lint: OXLINT,
    isBounded: true,
  },
  {
    name: 'Nest 11',
    made: [`npx ${NEST_CLI[11]} new shop --package-manager npm --skip-git`],
    folder: 'shop',
    exec: 'npx',
    lint: ESLINT,
    isBounded: true,
  },
  {
    name: 'npm workspaces',
    made: [
      'mkdir monorepo && cd monorepo && npm init --yes && npm pkg set workspaces[]=apps/*',
      `cd monorepo && npx ${NEST_CLI[12]} new shop --directory apps/shop --package-manager npm --skip-git --skip-install`,
      'cd monorepo && npm install',
    ],
    folder: 'monorepo/apps/shop',
    exec: 'npx',
    lint: OXLINT,
    isBounded: false,
  },
  {
    name: 'pnpm',
    made: [`npx ${NEST_CLI[12]} new shop --package-manager pnpm --skip-git`],
    folder: 'shop',
    exec: 'pnpm exec',
    lint: OXLINT,
    isBounded: false,
  },
  ...[
    { name: 'app', made: `${NEST_NEW} nest new shop -c nestjs-tasker --package-manager npm --skip-git` },
    ...['ecommerce', 'inventory', 'customer'].map((template) => ({
      name: `app ${template}`,
      made: `${NEST_NEW} nestjs-tasker generate app shop --templates ${template}`,
    })),
    {
      name: 'app GraphQL and metrics',
      made: `${NEST_NEW} nestjs-tasker generate app shop --graphql --docker --observability`,
    },
  ].map(({ name, made }) => ({
    name,
    made: [made],
    folder: 'shop',
    exec: 'npx',
    lint: OXLINT,
    isComplete: true,
    isBounded: false,
  })),
];
