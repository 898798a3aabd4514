import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get, UseGuards, type INestApplication, type Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Mutation, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { AuthModule } from '../../../lib/auth/auth.module.js';
import { TASKER_AUTHENTICATOR, type Authenticator } from '../../../lib/workflow/access/authenticator.contract.js';
import {
  TASKER_AUTHORIZATION_COORDINATOR,
  type AuthorizationCoordinator,
} from '../../../lib/workflow/access/authorization-coordinator.contract.js';
import { OwnRoute } from '../../../lib/auth/own-route.decorator.js';
import { NeedsNoPermission, RequirePermission } from '../../../lib/auth/require-permission.decorator.js';
import { TaskerGuard } from '../../../lib/auth/tasker.guard.js';
import { PersistenceModule } from '../../../lib/persistence/persistence.module.js';
import type { SubjectGateway } from '../../../lib/persistence/subject.gateway.js';
import { NoDatabase } from '../../support/no.database.js';
import { given } from '../../support/given.options.js';

const ROW = {
  taskId: '17',
  namespace: 'shop',
  name: 'order',
  version: '1.0.0',
  initiator: 'ann',
  stepId: null,
  step: null,
};
const DETAILS = { namespace: 'shop', name: 'order', version: '1.0.0', initiator: 'ann' };

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
  const ofTask = jest.fn<SubjectGateway['ofTask']>((id) => Promise.resolve(id === '17' ? ROW : null));
  let app: INestApplication;
  let guard: TaskerGuard;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [...given(), AuthModule],
      controllers: [ThingsController],
      providers: [
        TaskerGuard,
        { provide: TASKER_AUTHENTICATOR, useValue: { authenticate } },
        { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may } },
      ],
    })
      .overrideModule(PersistenceModule)
      .useModule(NoDatabase.with({ ofTask }))
      .compile();
    app = module.createNestApplication({ logger: false });
    await app.init();
    guard = app.get(TaskerGuard);
  });
  afterAll(() => app.close());
  beforeEach(() => {
    may.mockClear();
  });

  it('asks for the permission of the method and the task in the path, with its details', async () => {
    await request(app.getHttpServer()).get('/things/17').expect(200, 'shown');
    expect(authenticate).toHaveBeenLastCalledWith(expect.objectContaining({ originalUrl: '/things/17' }));
    expect(may).toHaveBeenCalledTimes(1);
    expect(may).toHaveBeenLastCalledWith({ id: 'pete' }, 'tasker.task:show', {
      ...{ kind: 'task', id: '17', taskId: '17', step: null, ...DETAILS },
      ...{ filter: null, ids: null, face: 'rest', field: null },
    });
  });

  it('asks about a task that is not there before it says so', async () => {
    await request(app.getHttpServer()).get('/things/18').expect(404);
    expect(may).toHaveBeenLastCalledWith(
      { id: 'pete' },
      'tasker.task:show',
      expect.objectContaining({ id: '18', namespace: null, initiator: null }),
    );
    may.mockReturnValueOnce(false);
    await request(app.getHttpServer()).get('/things/18').expect(403);
  });

  it('keeps a method closed that names no permission', async () => {
    await request(app.getHttpServer()).get('/things/forgotten').expect(500);
  });

  it('finds request and task of a resolver in its context and its arguments', async () => {
    const info = { parentType: { name: 'Query' }, fieldName: 'task', variableValues: {} };
    const context = new ExecutionContextHost(
      [undefined, { id: '17' }, { req: 'the request' }, info],
      ThingsController,
      ThingsController.prototype.show,
    );
    context.setType('graphql');
    await expect(guard.canActivate(context)).resolves.toBe(true);
    expect(authenticate).toHaveBeenLastCalledWith('the request');
    expect(may).toHaveBeenLastCalledWith({ id: 'pete' }, 'tasker.task:show', {
      ...{ kind: 'task', id: '17', taskId: '17', step: null, ...DETAILS },
      ...{ filter: null, ids: null, face: 'graphql', field: 'Query.task' },
    });
  });
});

describe('an operation of ours without a declared permission', () => {
  class Fields {
    named(): void {}
    plain(): void {}
    forgotten(): void {}
  }
  for (const [name, value] of Object.entries(Object.getOwnPropertyDescriptors(Fields.prototype)))
    if (name !== 'constructor') Reflect.defineMetadata('graphql:resolve_property', true, value.value as object);
  RequirePermission('tasker.task:show')(Fields.prototype.named);
  NeedsNoPermission(true)(Fields.prototype.plain);
  OwnRoute('graphql')(Fields);

  class Careless {
    @Get('inherited')
    inherited(): void {}
  }

  @OwnRoute('rest')
  @UseGuards(TaskerGuard)
  @Controller('forgetful')
  class Forgetful extends Careless {
    @Get('named')
    @RequirePermission('tasker.task:show')
    named(): void {}

    @Get('forgotten')
    forgotten(): void {}

    @Get('excused')
    @NeedsNoPermission(true)
    excused(): void {}
  }

  @OwnRoute('rest')
  @Controller('unguarded')
  class Unguarded {
    @Get()
    @RequirePermission('tasker.task:show')
    named(): void {}
  }

  @OwnRoute('probe')
  @Controller('probes')
  class Probes {
    @Get()
    live(): void {}
  }

  @Resolver()
  @OwnRoute('graphql')
  @UseGuards(TaskerGuard)
  class Operations {
    @Query(() => String)
    asked(): void {}

    @Mutation(() => String)
    changed(): void {}

    @Subscription(() => String)
    followed(): void {}

    @Query(() => String)
    @RequirePermission('tasker.task:show')
    named(): void {}

    @Query(() => String)
    @NeedsNoPermission(true)
    excused(): void {}
  }

  @Resolver(() => Object)
  @OwnRoute('graphql')
  class OnDemand {
    @ResolveField(() => String)
    read(): void {}
  }

  const boot = async (controllers: Type[], providers: Type[]): Promise<void> => {
    const module = Test.createTestingModule({ imports: [...given(), AuthModule], controllers, providers });
    const app = await module.overrideModule(PersistenceModule).useModule(NoDatabase.with()).compile();
    await app.createNestApplication({ logger: false }).init();
  };

  it('stops the boot, as does one without the guard, and all are named', async () => {
    await expect(boot([Forgetful, Unguarded, Probes], [Fields])).rejects.toMatchObject({
      code: 'TASKER_MISSING_PERMISSION',
      operations: [
        'Forgetful.forgotten',
        'Forgetful.excused',
        'Forgetful.inherited',
        'Unguarded.named',
        'Fields.forgotten',
      ],
    });
  });

  it('stops the boot as an operation of GraphQL and as a field that is read on demand', async () => {
    await expect(boot([], [Operations, OnDemand])).rejects.toMatchObject({
      operations: [
        'Operations.asked',
        'Operations.changed',
        'Operations.followed',
        'Operations.excused',
        'OnDemand.read',
      ],
    });
  });
});
