import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get, UseGuards, type INestApplication } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { AuthModule } from '../../../lib/auth/auth.module.js';
import { TASKER_AUTHENTICATOR, type Authenticator } from '../../../lib/auth/authenticator.contract.js';
import {
  TASKER_AUTHORIZATION_COORDINATOR,
  type AuthorizationCoordinator,
} from '../../../lib/auth/authorization-coordinator.contract.js';
import { RequirePermission } from '../../../lib/auth/require-permission.decorator.js';
import { TaskerGuard } from '../../../lib/auth/tasker.guard.js';

@Controller('things')
@UseGuards(TaskerGuard)
class ThingsController {
  @Get('forgotten')
  forgotten(): string {
    return 'open';
  }

  @Get(':id')
  @RequirePermission('tasker.task:show')
  show(): string {
    return 'shown';
  }
}

describe('the guard', () => {
  const authenticate = jest.fn<Authenticator['authenticate']>(() => ({ id: 'pete' }));
  const may = jest.fn<AuthorizationCoordinator['may']>(() => true);
  let app: INestApplication;
  let guard: TaskerGuard;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [AuthModule],
      controllers: [ThingsController],
      providers: [
        TaskerGuard,
        { provide: TASKER_AUTHENTICATOR, useValue: { authenticate } },
        { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may } },
      ],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.init();
    guard = app.get(TaskerGuard);
  });
  afterAll(() => app.close());

  it('asks for the permission of the method and the id in the path', async () => {
    await request(app.getHttpServer()).get('/things/17').expect(200, 'shown');
    expect(authenticate).toHaveBeenLastCalledWith(expect.objectContaining({ originalUrl: '/things/17' }));
    expect(may).toHaveBeenLastCalledWith({ id: 'pete' }, 'tasker.task:show', { id: '17' });
  });

  it('keeps a method closed that names no permission', async () => {
    await request(app.getHttpServer()).get('/things/forgotten').expect(500);
  });

  it('finds request and id of a resolver in its context and its arguments', async () => {
    const context = new ExecutionContextHost(
      [undefined, { id: '42' }, { req: 'the request' }, {}],
      ThingsController,
      ThingsController.prototype.show,
    );
    context.setType('graphql');
    await expect(guard.canActivate(context)).resolves.toBe(true);
    expect(authenticate).toHaveBeenLastCalledWith('the request');
    expect(may).toHaveBeenLastCalledWith({ id: 'pete' }, 'tasker.task:show', { id: '42' });
  });
});
