import { describe, expect, it } from '@jest/globals';
import {
  ForbiddenException,
  HttpException,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import { AuthGuard } from '@nestjs/passport';
import passport from 'passport';
import { of } from 'rxjs';
import { guardAuthenticator } from '../../../lib/auth/host/guard.authenticator.js';
import { isTaskerRequest } from '../../../lib/auth/tasker-request.js';
import { ChosenStrategy } from '../passport/strategies.js';

type Answer = ReturnType<CanActivate['canActivate']>;
type Values = Record<string, any>;

const requestIn = (context: ExecutionContext): Values => context.switchToHttp().getRequest<Values>();
const responseIn = (context: ExecutionContext): Values => context.switchToHttp().getResponse<Values>();
const ask = async (canActivate: (context: ExecutionContext) => Answer, request: object = {}): Promise<unknown> =>
  guardAuthenticator({ canActivate }).authenticate(request);
/** Sets the user, and answers this. */
const letting =
  (answer: Answer) =>
  (context: ExecutionContext): Answer => {
    requestIn(context).user = { id: 'ann' };
    return answer;
  };

describe('a guard of the application as an authenticator', () => {
  it.each<[string, Answer]>([
    ['at once', true],
    ['later', Promise.resolve(true)],
    ['as an observable', of(false, true)],
  ])('knows the user that the guard sets, and permits %s', async (_, answer) => {
    expect(await ask(letting(answer))).toEqual({ id: 'ann' });
  });

  it.each<[string, (context: ExecutionContext) => Answer]>([
    ['refuses', letting(false)],
    ['refuses later', letting(of(true, false))],
    ['sets no user', () => true],
    ['throws an UnauthorizedException', () => raise(new UnauthorizedException())],
    ['throws a ForbiddenException', () => raise(new ForbiddenException())],
    [
      'redirects',
      (context) => {
        responseIn(context).status(302).redirect('/login');
        return letting(new Promise(() => undefined))(context);
      },
    ],
    [
      'answers with the response of Node',
      (context) => {
        responseIn(context).raw.end();
        return new Promise(() => undefined);
      },
    ],
  ])('knows nobody if the guard %s', async (_, canActivate) => {
    expect(await ask(canActivate)).toBeNull();
  });

  it('passes on other errors', async () => {
    await expect(ask(() => raise(new Error('broken')))).rejects.toThrow('broken');
    await expect(ask(() => raise(new HttpException('broken', 500)))).rejects.toThrow('broken');
    await expect(ask(() => raise(new HttpException('away', 503)))).rejects.toMatchObject({
      code: 'TASKER_AUTH_UNAVAILABLE',
    });
  });

  it('keeps the user from the request, which others read', async () => {
    const request = { user: 'the host' };
    expect(await ask(letting(true), request)).toEqual({ id: 'ann' });
    expect(request).toEqual({ user: 'the host' });
  });

  it('uses what middleware has set on the request', async () => {
    expect(await ask((context) => Boolean(requestIn(context).user), { user: { id: 'bob' } })).toEqual({ id: 'bob' });
  });

  it('makes the user from the property that the guard sets', async () => {
    const guard = {
      canActivate: (context: ExecutionContext) => Boolean((requestIn(context).account = { email: 'a@b' })),
    };
    const user = ({ email }: { email: string }): { id: string } => ({ id: email });
    const authenticator = guardAuthenticator(guard, { property: 'account', user, scheme: 'Session' });
    expect(await authenticator.authenticate({})).toEqual({ id: 'a@b' });
    expect(authenticator.scheme).toBe('Session');
  });

  it('shows the guard a route without decorators, and a response to which nothing matters', async () => {
    const seen: unknown[] = [];
    await ask((context) => {
      const { headersSent, then, getHeader } = responseIn(context);
      const target = [context.getHandler(), context.getClass()];
      seen.push(context.getType(), new Reflector().getAllAndOverride('isPublic', target), isTaskerRequest(context));
      seen.push(headersSent, then, getHeader('x'), responseIn(context).setHeader('x', 'y') === responseIn(context));
      return true;
    });
    expect(seen).toEqual(['http', undefined, false, false, undefined, undefined, true]);
  });

  it('lets a guard of resolvers find the request where it looks for it', async () => {
    const found = await ask(
      (context) => {
        const { req } = GqlExecutionContext.create(context).getContext<{ req: Values }>();
        req.user = { id: req.name as string };
        return true;
      },
      { name: 'ann' },
    );
    expect(found).toEqual({ id: 'ann' });
  });

  it('knows nobody if the guard is that of a strategy that redirects', async () => {
    passport.use('away', new ChosenStrategy((actions) => actions.redirect('https://login.example.com/')));
    const guard = new (AuthGuard('away'))();
    expect(await guardAuthenticator(guard).authenticate({})).toBeNull();
    passport.unuse('away');
  });

  it('says that it cannot find a guard by its class where nobody connects it', async () => {
    class SessionGuard implements CanActivate {
      canActivate = (): boolean => true;
    }
    const asked = guardAuthenticator(SessionGuard).authenticate({});
    await expect(asked).rejects.toMatchObject({ code: 'TASKER_INVALID_AUTH_PROVIDERS' });
    await expect(asked).rejects.toThrow('guardAuthenticator(SessionGuard) is neither in the option auth');
  });
});

function raise(error: Error): never {
  throw error;
}
