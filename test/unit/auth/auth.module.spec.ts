import { afterEach, describe, it } from '@jest/globals';
import { Controller, Get, Scope, type INestApplication, type NestInterceptor, type Provider } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { map } from 'rxjs';
import request from 'supertest';
import { AuthModule } from '../../../lib/auth/auth.module.js';
import { OwnRoute } from '../../../lib/auth/own-route.decorator.js';
import { PersistenceModule } from '../../../lib/persistence/persistence.module.js';
import { given } from '../../support/given.options.js';
import { NoDatabase } from '../../support/no.database.js';

@Controller('ours')
@OwnRoute('probe')
class OurController {
  @Get()
  show(): object {
    return { ours: true };
  }
}

@Controller('theirs')
class TheirController {
  @Get()
  show(): object {
    return { theirs: true };
  }
}

class Wrapping implements NestInterceptor {
  readonly intercept: NestInterceptor['intercept'] = (_, next) =>
    next.handle().pipe(map((data: unknown) => ({ data })));
}

describe('a host whose interceptor wraps all answers', () => {
  let app: INestApplication | undefined;
  afterEach(() => app?.close());

  it.each<[string, Provider]>([
    ['one for all requests', { provide: APP_INTERCEPTOR, useClass: Wrapping }],
    ['one for each request', { provide: APP_INTERCEPTOR, useClass: Wrapping, scope: Scope.REQUEST }],
  ])('wraps its own and not ours: %s', async (_, provider) => {
    const controllers = [OurController, TheirController];
    const module = await Test.createTestingModule({
      imports: [...given(), AuthModule],
      controllers,
      providers: [provider],
    })
      .overrideModule(PersistenceModule)
      .useModule(NoDatabase.with())
      .compile();
    app = module.createNestApplication({ logger: false });
    await app.init();
    const http = app.getHttpServer();
    await request(http).get('/ours').expect(200, { ours: true });
    await request(http)
      .get('/theirs')
      .expect(200, { data: { theirs: true } });
  });
});
