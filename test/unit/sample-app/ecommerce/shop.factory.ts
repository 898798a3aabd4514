import { Clock } from '../../../../sample-app/ecommerce/services/clock.js';
import { MemoryLedger } from '../../../../sample-app/ecommerce/services/memory.ledger.js';
import { MockEmailService } from '../../../../sample-app/ecommerce/services/mock-email.service.js';
import { MockInventoryService } from '../../../../sample-app/ecommerce/services/mock-inventory.service.js';
import { MockPaymentService } from '../../../../sample-app/ecommerce/services/mock-payment.service.js';
import { MockServices } from '../../../../sample-app/ecommerce/services/mock.services.js';
import { TokenSimulator } from '../../../../sample-app/ecommerce/services/token.simulator.js';

export const NOW = new Date('2026-03-05T09:08:07.000Z');

/** Stands still, and notes how long it was asked to wait instead of waiting. */
export class StillClock extends Clock {
  readonly waits: number[] = [];

  override now(): Date {
    return NOW;
  }

  override wait(seconds: number): Promise<void> {
    this.waits.push(seconds);
    return Promise.resolve();
  }
}

/** The mocked services of one test, none of which has been told anything. */
export function outsideWorld() {
  const clock = new StillClock();
  const ledger = new MemoryLedger();
  const simulator = new TokenSimulator();
  const payment = new MockPaymentService(clock, ledger, simulator);
  const inventory = new MockInventoryService(clock, ledger);
  const email = new MockEmailService(clock, ledger);
  return { clock, ledger, simulator, payment, inventory, email, all: new MockServices(payment, inventory, email) };
}
