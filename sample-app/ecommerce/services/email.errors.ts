import { ServiceError } from './service.error.js';

export class EmailError extends ServiceError {
  constructor(message: string, errorCode = 'EMAIL_ERROR') {
    super(message, errorCode);
  }
}

export class InvalidEmailError extends EmailError {
  constructor(message: string) {
    super(message, 'INVALID_EMAIL');
  }
}

export class DeliveryError extends EmailError {
  constructor(message: string) {
    super(message, 'DELIVERY_FAILED');
  }
}

export class RateLimitError extends EmailError {
  constructor(message: string) {
    super(message, 'RATE_LIMITED');
  }
}
