import {
  Catch,
  ClassSerializerInterceptor,
  ForbiddenException,
  HttpStatus,
  Injectable,
  ValidationPipe,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, HttpAdapterHost, Reflector } from '@nestjs/core';
import { isTaskerRequest } from 'nestjs-tasker';
import { catchError, map, of, tap, timeout, type Observable } from 'rxjs';

/** Wraps every answer, and makes an answer of every error. */
@Injectable()
export class Wrapping implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((data: unknown) => ({ data })),
      catchError((error: Error) => of({ error: error.message })),
    );
  }
}

/** Answers every error in the host's own way. */
@Catch()
@Injectable()
export class Everything implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(error: Error, context: ArgumentsHost): void {
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), { oops: error.message }, 418);
  }
}

/** Redirects requests that a guard refuses to the login page of the host. */
@Catch(ForbiddenException)
@Injectable()
class Login implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(_: ForbiddenException, context: ArgumentsHost): void {
    this.host.httpAdapter.redirect(context.switchToHttp().getResponse(), HttpStatus.FOUND, '/login');
  }
}

export const LOGIN_FILTER: Provider = { provide: APP_FILTER, useClass: Login };

/** What a host has around all its routes; our answers are to be the same as without. */
export const FOREIGN_PROVIDERS: readonly Provider[] = [
  { provide: APP_INTERCEPTOR, useClass: Wrapping },
  {
    provide: APP_INTERCEPTOR,
    useFactory: (reflector: Reflector) => new ClassSerializerInterceptor(reflector),
    inject: [Reflector],
  },
  { provide: APP_FILTER, useClass: Everything },
  {
    provide: APP_PIPE,
    useValue: new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      errorHttpStatusCode: HttpStatus.UNPROCESSABLE_ENTITY,
      transformOptions: { enableImplicitConversion: true },
    }),
  },
];

/** The same in `main.ts`. */
export function useForeignEnhancers(app: INestApplication): void {
  app.useGlobalInterceptors(new Wrapping());
  app.useGlobalFilters(new Everything(app.get(HttpAdapterHost)));
}

/** A guard in front of all routes, as the docs have it. */
@Injectable()
export class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (isTaskerRequest(context, 'probe')) return true;
    const { headers } = context.switchToHttp().getRequest<{ headers: Readonly<Record<string, string | undefined>> }>();
    return headers.authorization === 'Bearer good';
  }
}

/** Keeps answers under the key that `trackBy` gives, and none where it gives no key: what `CacheInterceptor` promises its subclasses. */
@Injectable()
class KeepingAnswers implements NestInterceptor {
  private readonly kept = new Map<string, unknown>();

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const key = this.trackBy(context);
    if (key === undefined) return next.handle();
    const value = await Promise.resolve(this.kept.get(key));
    return value === undefined ? next.handle().pipe(tap((answer) => this.kept.set(key, answer))) : of(value);
  }

  protected trackBy(context: ExecutionContext): string | undefined {
    const { method, url } = context.switchToHttp().getRequest<{ method: string; url: string }>();
    return method === 'GET' ? url : undefined;
  }
}

/** Leaves our answers out, as the docs have it. */
@Injectable()
export class Caching extends KeepingAnswers {
  protected override trackBy(context: ExecutionContext): string | undefined {
    return isTaskerRequest(context) ? undefined : super.trackBy(context);
  }
}

/** An interceptor that gives up on slow answers, as the docs have it. */
@Injectable()
export class Hurrying implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return isTaskerRequest(context, 'events') ? next.handle() : next.handle().pipe(timeout(HURRY_MS));
  }
}

/** Long enough for what a test asks, and far less than a stream is open. */
export const HURRY_MS = 1_000;

export const guardedBy = (guard: Type<CanActivate>): Provider => ({ provide: APP_GUARD, useClass: guard });
