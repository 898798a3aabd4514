import { TASKER_AUTHENTICATOR, TASKER_AUTHORIZATION_COORDINATOR, type TaskerUser } from 'nestjs-tasker';

/** Everybody is who the header `X-User` says, and may do everything but `stranger`; `viewer` has only that role; `outage` is looked up in vain, and so is `away`. */
export const SHOP_USERS = [
  {
    provide: TASKER_AUTHENTICATOR,
    useValue: {
      authenticate: ({ headers }: { headers: Readonly<Record<string, string>> }): TaskerUser | null => {
        const id = headers['x-user'];
        if (id === 'outage') throw new Error('the directory of users does not answer');
        if (id === 'away') throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        if (id === 'viewer') return { id, roles: ['viewer'] };
        return id === undefined ? null : { id };
      },
    },
  },
  {
    provide: TASKER_AUTHORIZATION_COORDINATOR,
    useValue: { may: (user: TaskerUser | null): boolean => user?.id !== 'stranger' },
  },
];
