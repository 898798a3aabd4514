import { Injectable } from '@nestjs/common';
import { MockEmailService } from './mock-email.service.js';
import { UnknownMockServiceError } from './mock.errors.js';
import { MockInventoryService } from './mock-inventory.service.js';
import { MockPaymentService } from './mock-payment.service.js';
import type { MockService, ServiceCall } from './mock.service.js';

/** Which methods of which services always fail: `{ payment: { processPayment: true } }`. */
export type FailureConfiguration = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

/** All mocked services together. */
@Injectable()
export class MockServices {
  private readonly services: readonly MockService[];

  constructor(payment: MockPaymentService, inventory: MockInventoryService, email: MockEmailService) {
    this.services = [payment, inventory, email];
  }

  resetAllMocks(): void {
    for (const service of this.services) service.reset();
  }

  getCallLog(): readonly ServiceCall[] {
    const calls = this.services.flatMap((service) => service.callLog);
    return calls.toSorted((one, other) => one.timestamp.getTime() - other.timestamp.getTime());
  }

  /** @throws UnknownMockServiceError or UnknownMockMethodError, because a misspelt failure would test nothing */
  configureFailures(configuration: FailureConfiguration): void {
    for (const [name, methods] of Object.entries(configuration)) {
      const service = this.named(name);
      for (const [method, fails] of Object.entries(methods)) if (fails) service.stubFailure(method);
    }
  }

  private named(name: string): MockService {
    const service = this.services.find(({ serviceName }) => serviceName === name);
    if (service !== undefined) return service;
    throw new UnknownMockServiceError(
      name,
      this.services.map(({ serviceName }) => serviceName),
    );
  }
}
