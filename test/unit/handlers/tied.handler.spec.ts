import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  defineTask,
  HttpStepHandler,
  StepHandler,
  type,
  type ContextOf,
  type HttpRequest,
  type HttpResponse,
  type ParentResultsOf,
  type StepContext,
  type StepContextOf,
  type StepHandlerContract,
  type TaskDefinition,
  type TaskService,
} from 'nestjs-tasker';
import { stepContext } from 'nestjs-tasker/testing';
import { typeProblems } from '../../support/compiled.types.js';

/** An interface, which has no index signature, and an optional field. */
interface Order {
  readonly orderId: number;
  readonly note?: string;
}
interface Reservation {
  readonly reservation: string;
  readonly shelf?: string;
}

const order = defineTask({ namespace: 'shop', name: 'order', version: '1.2.0', context: type<Order>() })
  .step('reserve', { returns: type<Reservation>() })
  .step('charge', { dependsOn: ['reserve'], returns: type<{ paid: number }>() })
  .step('ship', { handler: 'parcels.ship', dependsOn: ['reserve', 'charge'], returns: type<{ parcel: string }>() })
  .step('thank', { dependsOn: ['ship'] })
  .step('ping', { http: { url: 'https://psp.example/' } });
const cleanup = defineTask({ name: 'cleanup' }).step('sweep');

@Injectable()
@StepHandler(order, 'reserve')
class ReserveHandler {
  async process({ task, signal }: StepContextOf<typeof order, 'reserve'>): Promise<Reservation> {
    signal.throwIfAborted();
    return Promise.resolve({ reservation: `${task.context.orderId} ${task.context.note ?? 'no note'}` });
  }
}

@StepHandler(order, 'charge', { transactional: true })
class ChargeHandler implements StepHandlerContract<ContextOf<typeof order>, ParentResultsOf<typeof order, 'charge'>> {
  process({ task, results }: StepContextOf<typeof order, 'charge'>) {
    return { paid: task.context.orderId, with: results.reserve.reservation };
  }
}

@StepHandler(order, 'ship')
class ShipHandler extends HttpStepHandler<Order, ParentResultsOf<typeof order, 'ship'>, { parcel: string }> {
  protected request({ results }: StepContextOf<typeof order, 'ship'>): HttpRequest {
    return { url: `https://parcels.example/${results.charge.paid}` };
  }

  protected override results({ status }: HttpResponse) {
    return { parcel: String(status) };
  }
}

/** A step that does not say what it returns may return anything, and a handler may look at less than it is given. */
@StepHandler(order, 'thank')
class ThankHandler {
  process({ task }: StepContext<Order, unknown>): Date {
    return task.requestedAt;
  }
}

// What has to be refused is never run, and so no handler of these tests.
const refused = (): readonly object[] => {
  // @ts-expect-error the step depends on other steps than 'ship' does
  @StepHandler(order, 'charge')
  class OtherStep {
    process({ results }: StepContextOf<typeof order, 'ship'>) {
      return { paid: results.charge.paid };
    }
  }
  // @ts-expect-error the parent returns a text
  @StepHandler(order, 'charge')
  class OtherResults {
    process({ results }: StepContext<Order, { reserve: { reservation: number } }>) {
      return { paid: results.reserve.reservation };
    }
  }
  // @ts-expect-error the task has another context
  @StepHandler(order, 'thank')
  class OtherContext {
    process({ task }: StepContext<{ cartId: number }, unknown>) {
      return task.context.cartId;
    }
  }
  // @ts-expect-error the step returns { paid: number }
  @StepHandler(order, 'charge')
  class OtherReturn {
    process() {
      return { paid: '12.50' };
    }
  }
  // @ts-expect-error a promise of something else
  @StepHandler(order, 'charge')
  class OtherPromise {
    async process() {
      return Promise.resolve({ payed: 12.5 });
    }
  }
  // @ts-expect-error the task has no such step
  @StepHandler(order, 'chrage')
  class OtherName {
    process() {
      return { paid: 1 };
    }
  }
  // @ts-expect-error what does a step's work is called process
  @StepHandler(order, 'thank')
  class OtherMethod {
    run() {
      return null;
    }
  }
  return [OtherStep, OtherResults, OtherContext, OtherReturn, OtherPromise, OtherName, OtherMethod];
};

const starting = async (tasks: TaskService, given: Order, priority: number | undefined): Promise<void> => {
  await tasks.start(order, { context: given, priority, bypassSteps: ['thank'] }, { requestKey: 'a' });
  await tasks.start(order, { context: { orderId: 1 } });
  await tasks.start(cleanup);
  await tasks.start(cleanup, { context: { since: '2026-01-01' } });
  await tasks.startMany(order, [{ context: given }, { context: { orderId: 2, note: 'Ring twice' }, reason: 'VIP' }]);
  await tasks.start({ namespace: 'shop', name: 'order', context: given });
  await tasks.startMany([{ name: 'cleanup' }, { namespace: 'shop', name: 'order', context: given }]);

  // @ts-expect-error the context is needed
  await tasks.start(order);
  // @ts-expect-error so it is beside other fields
  await tasks.start(order, { priority: 1 });
  // @ts-expect-error the id is a number
  await tasks.start(order, { context: { orderId: '1' } });
  // @ts-expect-error no such field
  await tasks.start(order, { context: { orderId: 1, nota: 'x' } });
  // @ts-expect-error the definition says the version
  await tasks.start(order, { context: given, version: '2.0.0' });
  // @ts-expect-error no such step
  await tasks.start(order, { context: given, bypassSteps: ['thanks'] });
  // @ts-expect-error one of them lacks its context
  await tasks.startMany(order, [{ context: given }, {}]);
};

describe('a handler that is tied to its step', () => {
  it('is called with what the compiler knows of the step', () => {
    const context = { orderId: 17 };
    expect(new ChargeHandler().process(stepContext({ context, results: { reserve: { reservation: 'r' } } }))).toEqual({
      paid: 17,
      with: 'r',
    });
    expect(new ThankHandler().process(stepContext({ context }))).toBeInstanceOf(Date);
  });

  it('has the name by which the definition calls it', () => {
    expect(handlers(order)).toEqual([
      'shop.order.reserve',
      'shop.order.charge',
      'parcels.ship',
      'shop.order.thank',
      undefined,
    ]);
    expect(handlers(cleanup)).toEqual(['default.cleanup.sweep']);
    expect([ReserveHandler, ChargeHandler, ShipHandler].map(markOf)).toEqual([
      { name: 'shop.order.reserve' },
      { name: 'shop.order.charge', transactional: true },
      { name: 'parcels.ship' },
    ]);
  });

  it.each([
    [
      'a step that is not there',
      order,
      'chrage',
      'is tied to step "chrage", which its task does not have; steps: reserve, charge, ship, thank, ping',
    ],
    [
      'a step that needs no handler',
      order,
      'ping',
      'is tied to step "ping", which is an HTTP step and needs no handler',
    ],
    [
      'a task that is not there yet',
      undefined,
      'a',
      expect.stringContaining('check whether its file and the file of the task import each other'),
    ],
  ])('remembers for the start what is wrong with %s', (_what, task, step, fault) => {
    class AnyHandler {
      process(): null {
        return null;
      }
    }
    StepHandler(task!, step as 'thank')(AnyHandler);
    expect(markOf(AnyHandler)).toEqual({ name: '', fault });
  });
});

describe('the types of a workflow', () => {
  it('hold for applications that are compiled less strictly, as those of `nest new` 11 are', () => {
    expect([refused, starting]).toHaveLength(2); // compiled, and never called
    const lessStrict = {
      strict: false,
      strictNullChecks: true,
      exactOptionalPropertyTypes: false,
      noUncheckedIndexedAccess: false,
      verbatimModuleSyntax: false,
    };
    expect(typeProblems([import.meta.filename], lessStrict)).toEqual([]);
  }, 60_000);
});

function handlers({ document }: TaskDefinition): readonly (string | undefined)[] {
  return (document.step_templates as readonly { handler?: string }[]).map(({ handler }) => handler);
}

function markOf(handler: object): unknown {
  return Reflect.getMetadata('nestjs-tasker:step-handler', handler);
}
