import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  Catch,
  Controller,
  Get,
  HttpException,
  Injectable,
  Logger,
  Post,
  type ArgumentsHost,
  type ExceptionFilter,
  type INestApplication,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { CrossOrigin } from '../../../lib/rest/cross-origin.js';
import { MountPathFilter } from '../../../lib/rest/mount-path.filter.js';
import { MOUNT_PATH, MountPath } from '../../../lib/rest/mount.path.js';
import { ProblemFilter } from '../../../lib/rest/problem.filter.js';

@Controller('tasker/tasks')
class OursController {
  @Post()
  start(): void {
    throw new Error('a secret of ours');
  }
}

@Controller('orders')
class TheirsController {
  @Post()
  create(): string {
    return 'created';
  }

  @Get('broken')
  broken(): void {
    throw new RangeError('a secret of theirs');
  }
}

/** A global filter of the host. */
@Injectable()
abstract class Answering implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(_: unknown, context: ArgumentsHost): void {
    this.host.httpAdapter.reply(context.getArgByIndex(1), `answered by ${this.constructor.name}`, 418);
  }
}

@Catch(RangeError)
class RangeFilter extends Answering {}

@Catch(HttpException)
class HttpFilter extends Answering {}

describe('an error before or outside of our controllers', () => {
  let app: INestApplication;
  const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  afterEach(async () => {
    logged.mockClear();
    await app.close();
  });

  it('is a problem document below our mount path: a body that is no JSON', async () => {
    app = await aHost();
    const { body, type } = await malformed('/tasker/tasks').expect(400);
    expect(type).toBe('application/problem+json');
    expect(body).toMatchObject({ status: 400, code: 'BAD_REQUEST', instance: '/tasker/tasks' });
  });

  it('is a problem document below our mount path: a route that is not there', async () => {
    app = await aHost();
    const { body, type } = await request(app.getHttpServer()).get('/tasker/nothing?secret=1').expect(404);
    expect(type).toBe('application/problem+json');
    expect(body).toMatchObject({ code: 'NOT_FOUND', instance: '/tasker/nothing' });
  });

  it('is logged and not told when it is our fault', async () => {
    app = await aHost();
    const { text } = await request(app.getHttpServer()).post('/tasker/tasks').expect(500);
    expect(text).not.toContain('secret');
    expect(logged).toHaveBeenCalledWith(
      expect.stringContaining(' failed'),
      expect.stringContaining('a secret of ours'),
    );
  });

  it('is left to Nest everywhere else', async () => {
    app = await aHost();
    const { body, type } = await malformed('/orders').expect(400);
    expect(type).toBe('application/json');
    expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request' });
    await request(app.getHttpServer())
      .get('/orders/broken')
      .expect(500, { statusCode: 500, message: 'Internal server error' });
    await request(app.getHttpServer())
      .get('/taskers')
      .expect(404, { statusCode: 404, message: 'Cannot GET /taskers', error: 'Not Found' });
  });

  it("is left to the host's own global filters, whether they were registered before or after ours", async () => {
    app = await aHost({ before: [RangeFilter], after: [HttpFilter] });
    await malformed('/orders').expect(418, 'answered by HttpFilter');
    await request(app.getHttpServer()).get('/orders/broken').expect(418, 'answered by RangeFilter');
  });

  it('knows the global prefix of the host', async () => {
    app = await aHost({ prefix: '/api/' });
    expect((await malformed('/api/tasker/tasks').expect(400)).type).toBe('application/problem+json');
    expect((await malformed('/api/orders').expect(400)).type).toBe('application/json');
  });

  function malformed(path: string): request.Test {
    return request(app.getHttpServer()).post(path).type('json').send('{ "name": ');
  }
});

type FilterClass = new (host: HttpAdapterHost) => ExceptionFilter;

interface HostSettings {
  readonly prefix?: string;
  readonly before?: readonly FilterClass[];
  readonly after?: readonly FilterClass[];
}

async function aHost({ prefix, before = [], after = [] }: HostSettings = {}): Promise<INestApplication> {
  const asGlobal = (useClass: FilterClass): object => ({ provide: APP_FILTER, useClass });
  const module = await Test.createTestingModule({
    controllers: [OursController, TheirsController],
    providers: [
      ...before.map(asGlobal),
      { provide: MOUNT_PATH, useValue: 'tasker' },
      { provide: APP_FILTER, useClass: MountPathFilter },
      MountPath,
      ProblemFilter,
      { provide: CrossOrigin, useValue: { permit: () => false } },
      ...after.map(asGlobal),
    ] as never[],
  }).compile();
  const app = module.createNestApplication();
  if (prefix !== undefined) app.setGlobalPrefix(prefix);
  return app.init();
}
