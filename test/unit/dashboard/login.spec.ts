import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';

interface Part {
  hidden: boolean;
  href?: string;
  textContent?: string;
  click?: () => Promise<void>;
}

/** As in a page whose application lets users log in. */
describe('the login of the dashboard', () => {
  const signIn: Part = { hidden: true };
  const signOut: Part & { addEventListener(name: string, click: () => Promise<void>): void } = {
    hidden: true,
    addEventListener: (_, click) => void (signOut.click = click),
  };
  const page = {
    document: {
      body: { dataset: { login: '' } },
      querySelector: (name: string) => (name === '#sign-in' ? signIn : signOut),
    },
    location: { hash: '#/tasks/17' },
  };
  let login: { showSession(): Promise<void>; offerLogin(): void; whenSignedOut(done: () => void): void };
  const file = join(import.meta.dirname, '../../../lib/dashboard/login.js');

  beforeAll(async () => {
    Object.assign(globalThis, page);
    login = (await import(file)) as typeof login;
  });
  afterAll(() => {
    for (const name of Object.keys(page)) Reflect.deleteProperty(globalThis, name);
  });
  beforeEach(() => {
    [signIn.hidden, signOut.hidden] = [true, true];
  });
  const answer = (body: unknown, status = 200): void =>
    void jest.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json(body, { status })));

  it('offers to sign in, and to come back', () => {
    login.offerLogin();
    expect(signIn.hidden).toBe(false);
    expect(new URL(signIn.href!).pathname).toMatch(/\/login$/);
    expect(new URL(signIn.href!).searchParams.get('to')).toBe('#/tasks/17');
  });

  it('shows who is signed in', async () => {
    answer({ user: 'ann' });
    await login.showSession();
    expect(signOut).toMatchObject({ hidden: false, textContent: 'Sign out ann' });
  });

  it.each([
    ['nobody is', { user: null }, 200],
    ['the server fails', {}, 500],
  ])('shows nobody if %s', async (_, body, status) => {
    answer(body, status);
    await login.showSession();
    expect(signOut.hidden).toBe(true);
  });

  it('signs out, and goes on only if that succeeded', async () => {
    const done = jest.fn();
    login.whenSignedOut(done);
    answer({}, 403);
    await signOut.click!();
    expect(done).not.toHaveBeenCalled();
    answer({}, 200);
    await signOut.click!();
    expect(done).toHaveBeenCalledTimes(1);
    expect(fetch).toHaveBeenLastCalledWith(expect.objectContaining({ pathname: expect.stringMatching(/\/logout$/) }), {
      method: 'POST',
    });
  });
});
