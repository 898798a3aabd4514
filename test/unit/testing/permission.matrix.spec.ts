import { describe, expect, it } from '@jest/globals';
import { AuthUnavailableError, PERMISSIONS, type AuthorizationCoordinator, type Permission } from 'nestjs-tasker';
import { permissionMatrix } from 'nestjs-tasker/testing';

const ANN = { id: 'ann', roles: ['clerk'] };
const BOB = { id: 'bob', roles: ['auditor'] };
const CLERK = { clerk: { permissions: ['tasker.task:create', 'tasker.task:show'] } } as const;

const deciding = (
  may: AuthorizationCoordinator['may'],
  scope?: AuthorizationCoordinator['scope'],
): AuthorizationCoordinator => ({ may, ...(scope && { scope }) });
const changes = (permission: Permission): boolean => !/:(index|show|read_)/.test(permission);

describe('a matrix of permissions', () => {
  it('has a row for each permission, and what each user may do', async () => {
    const { rows, users } = await permissionMatrix(
      deciding((user, permission) => user?.id === 'ann' && permission === 'tasker.task:show'),
      { ann: ANN, bob: BOB, nobody: null },
    );
    expect(users).toEqual(['ann', 'bob', 'nobody']);
    expect(rows.map(({ permission }) => permission)).toEqual(PERMISSIONS);
    expect(rows.filter((row) => row.users.ann.access !== 'none')).toEqual([
      {
        permission: 'tasker.task:show',
        users: { ann: { access: 'all' }, bob: { access: 'none' }, nobody: { access: 'none' } },
      },
    ]);
  });

  it('decides as requests are decided: only true permits, and the former name of a permission counts', async () => {
    const truthy = await permissionMatrix(
      deciding(() => 'yes' as never),
      { ann: ANN },
    );
    expect(truthy.allowed('ann')).toEqual([]);
    const former = await permissionMatrix(
      deciding((_, permission) => permission === 'tasker.task:destroy'),
      { ann: ANN },
    );
    expect(former.allowed('ann')).toEqual(['tasker.task:destroy', 'tasker.task:cancel']);
  });

  it('asks for each subject that the test names, and says which are permitted', async () => {
    const matrix = await permissionMatrix(
      deciding((user, permission, { initiator }) => permission === 'tasker.task:cancel' && initiator === user?.id),
      { ann: ANN },
      { subjects: { own: (user) => ({ initiator: user?.id ?? null }), foreign: { initiator: 'carl' } } },
    );
    expect(matrix.toJSON()['tasker.task:cancel']).toEqual({ ann: { access: 'limited', subjects: ['own'] } });
    expect(matrix.allowed('ann')).toEqual(['tasker.task:cancel']);
  });

  it('gives a coordinator a subject without details, of the kind of the permission', async () => {
    const seen: unknown[] = [];
    await permissionMatrix(
      deciding((_, permission, subject) => permission === 'tasker.workflow_step:show' && seen.push(subject) > 0),
      { ann: ANN },
    );
    expect(seen).toEqual([
      expect.objectContaining({ kind: 'step', id: null, namespace: null, filter: null, face: 'rest', field: null }),
    ]);
  });

  it('has the scope of a limit, and an error where requests would fail', async () => {
    const matrix = await permissionMatrix(
      deciding(
        (_, permission) => {
          if (permission === 'tasker.webhook:index') throw new AuthUnavailableError('the directory is down');
          return true;
        },
        (_, permission) => (permission === 'tasker.task:index' ? { namespaces: ['shop'] } : { tags: [] }),
      ),
      { ann: ANN },
    );
    const { 'tasker.task:index': index, 'tasker.task:show': show, 'tasker.webhook:index': webhooks } = matrix.toJSON();
    expect(index).toEqual({ ann: { access: 'limited', scope: { namespaces: ['shop'] } } });
    expect(show!.ann).toMatchObject({ access: 'error', error: expect.stringContaining('/tags must not be empty') });
    expect(webhooks!.ann).toMatchObject({ access: 'error' });
  });

  it('lists the permissions of a user that change something, of which one that only reads has none', async () => {
    const matrix = await permissionMatrix(
      deciding((user, permission) => user?.id === 'ann' || !changes(permission)),
      { ann: ANN, bob: BOB },
    );
    expect(matrix.allowed('ann')).toEqual(PERMISSIONS);
    expect(matrix.allowedChanges('ann')).toEqual(PERMISSIONS.filter(changes));
    expect(matrix.allowed('bob')).toEqual(PERMISSIONS.filter((permission) => !changes(permission)));
    expect(matrix.allowedChanges('bob')).toEqual([]);
  });

  it('does not pass for a user that it does not have, or about whom the coordinator fails', async () => {
    const matrix = await permissionMatrix(
      deciding((user) => {
        if (user?.id === 'bob') throw new Error('no such employee');
        return false;
      }),
      { ann: ANN, bob: BOB },
    );
    const code = 'TASKER_PERMISSION_MATRIX';
    expect(() => matrix.allowedChanges('bab' as never)).toThrow(expect.objectContaining({ code }));
    expect(() => matrix.allowedChanges('bab' as never)).toThrow('There is an unknown user "bab"; known: ann, bob.');
    expect(() => matrix.allowedChanges('bob')).toThrow(
      'Nobody knows whether "bob" has tasker.task:index, as deciding failed (no such employee).',
    );
    expect(matrix.allowed('ann')).toEqual([]);
  });
});

describe('a matrix of roles', () => {
  it('has a column for each role if no users are named', async () => {
    const matrix = await permissionMatrix({ roles: CLERK });
    expect(matrix.users).toEqual(['viewer', 'operator', 'admin', 'clerk']);
    expect(matrix.allowed('clerk')).toEqual(['tasker.task:show', 'tasker.task:create']);
    expect(matrix.allowed('admin')).toEqual(PERMISSIONS);
    expect(matrix.allowedChanges('viewer')).toEqual([]);
  });

  it('has the namespaces of roles and of users, and the default roles', async () => {
    const roles = { team: { permissions: ['tasker.task:show'], namespaces: ['billing', 'shop'] } } as const;
    const matrix = await permissionMatrix(
      { roles, defaultRoles: ['viewer'] },
      {
        team: { id: 'ann', roles: ['team'] },
        both: { id: 'bob', roles: ['team'], namespaces: ['shop', 'other'] },
        default: { id: 'carl' },
        wrong: { id: 'dora', roles: 'team' as never },
      },
    );
    expect(matrix.toJSON()['tasker.task:show']).toEqual({
      team: { access: 'limited', scope: { namespaces: ['billing', 'shop'] } },
      both: { access: 'limited', scope: { namespaces: ['shop'] } },
      default: { access: 'all' },
      wrong: { access: 'error', error: expect.stringContaining('its roles must be a list of strings') },
    });
  });

  it('takes the coordinator of the option auth, which decides instead', async () => {
    const matrix = await permissionMatrix({ coordinator: deciding(() => true) }, { ann: ANN });
    expect(matrix.allowed('ann')).toEqual(PERMISSIONS);
  });

  it.each([
    ['a permission that does not exist', { roles: { clerk: { permissions: ['tasker.task:shw'] } } }, 'Did you mean'],
    ['the class of a coordinator', { coordinator: Map }, 'auth.coordinator is a class; pass an instance of it'],
    ['a class in place of a coordinator', Map, "auth must be 'none' or an object"],
  ])('refuses %s', async (_, auth, message) => {
    const made = permissionMatrix(auth as never);
    await expect(made).rejects.toMatchObject({ code: 'TASKER_INVALID_OPTIONS' });
    await expect(made).rejects.toThrow(message);
  });
});

describe('the text of a matrix', () => {
  const made = permissionMatrix(
    deciding(
      (user, permission, { initiator }) => {
        if (permission === 'tasker.task:show') throw new Error('away |\n now');
        return user?.id === 'ann' || (initiator === 'bob' && permission === 'tasker.task:index');
      },
      (user, permission) => {
        if (user?.id === 'bob') return { namespaces: [], name: 'order', templates: [{ namespace: 'a', name: 'b' }] };
        return permission === 'tasker.task:create' ? {} : null;
      },
    ),
    { ann: ANN, bob: BOB },
    { subjects: { own: { initiator: 'bob' }, foreign: {} } },
  );

  it('is a table with a column for each user', async () => {
    const lines = (await made).toString().split('\n');
    expect(lines).toHaveLength(PERMISSIONS.length + 1);
    expect(lines.slice(0, 4)).toEqual([
      'permission                         ann                   bob',
      'tasker.task:index                  all                   limited (own; namespaces: none; name: order; templates: {"namespace":"a","name":"b"})',
      'tasker.task:show                   error (away | now)    error (away | now)',
      'tasker.task:create                 limited (every task)  none',
    ]);
  });

  it('is Markdown, in which a bar of a cell is escaped', async () => {
    const lines = (await made).toMarkdown().split('\n');
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
    expect(lines.slice(0, 4).map((line) => line.replaceAll(/ {2,}/g, ' ').replaceAll(/-+/g, '-'))).toEqual([
      '| permission | ann | bob |',
      '| - | - | - |',
      '| tasker.task:index | all | limited (own; namespaces: none; name: order; templates: {"namespace":"a","name":"b"}) |',
      '| tasker.task:show | error (away \\| now) | error (away \\| now) |',
    ]);
  });

  it('is JSON for a snapshot', async () => {
    expect(JSON.parse(JSON.stringify(await made))).toMatchObject({
      'tasker.task:create': { ann: { access: 'limited', scope: {} }, bob: { access: 'none' } },
    });
  });
});
