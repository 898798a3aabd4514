import type { Provider } from '@nestjs/common';
import {
  PERMISSIONS,
  TASKER_AUTHENTICATOR,
  TASKER_AUTHORIZATION_COORDINATOR,
  type AuthorizationSubject,
  type Permission,
  type TaskerUser,
  type TaskScope,
} from 'nestjs-tasker';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from './graphql.host.js';
import type { HttpHostSettings } from './http.host.js';

/** A question to the coordinator. */
export interface Question {
  readonly user: string | null;
  readonly permission: Permission;
  readonly subject: AuthorizationSubject;
}

type Judge = (question: Question) => boolean;

/** Providers for a host that takes the header `user` for the id of its user. Keeps the questions that its coordinator is asked. */
export class WatchedAccess {
  readonly asked: Question[] = [];
  /** Everything is granted unless this says otherwise. */
  judge: Judge = () => true;
  /** The user of an id; null: nobody knows it. */
  know: (id: string) => TaskerUser | null = (id) => ({ id });
  /** Of every user. */
  scope: (permission: Permission) => TaskScope | null = () => null;

  readonly providers: readonly Provider[] = [
    {
      provide: TASKER_AUTHENTICATOR,
      useValue: {
        authenticate: ({ headers }: { headers: Readonly<Record<string, string | undefined>> }): TaskerUser | null =>
          headers.user ? this.know(headers.user) : null,
      },
    },
    {
      provide: TASKER_AUTHORIZATION_COORDINATOR,
      useValue: {
        may: (user: TaskerUser | null, permission: Permission, subject: AuthorizationSubject): boolean => {
          const question = { user: user?.id ?? null, permission, subject };
          this.asked.push(question);
          return this.judge(question);
        },
        scope: (_: TaskerUser | null, permission: Permission): TaskScope | null => this.scope(permission),
      },
    },
  ];

  reset(): void {
    this.asked.length = 0;
    this.judge = () => true;
    this.know = (id) => ({ id });
    this.scope = () => null;
  }

  /** Grants these permissions alone. */
  grantOnly(...permissions: readonly Permission[]): void {
    this.judge = ({ permission }) => permissions.includes(permission);
  }

  /** Grants all permissions but these. */
  deny(...permissions: readonly Permission[]): void {
    this.grantOnly(...PERMISSIONS.filter((permission) => !permissions.includes(permission)));
  }

  /** The subjects that a permission was asked for, without what is null. */
  subjectsOf(permission: Permission): readonly object[] {
    return this.asked
      .filter((question) => question.permission === permission)
      .map(({ subject }) => Object.fromEntries(Object.entries(subject).filter(([, value]) => value !== null)));
  }
}

/** A host of each GraphQL driver and server, whose access is watched. */
export const GRAPHQL_HOSTS: readonly [
  string,
  (access: WatchedAccess, settings?: HttpHostSettings) => Promise<GraphqlHost>,
][] = [
  ['Apollo and Express', ({ providers }, settings) => startGraphqlHost({ providers, ...settings })],
  [
    'Mercurius and Fastify',
    ({ providers }, settings) => startOwnGraphqlHost('mercurius', {}, { providers, ...settings }),
  ],
];
