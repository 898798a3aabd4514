import { ServiceError } from './service.error.js';

export class PaymentError extends ServiceError {
  constructor(message: string, errorCode = 'PAYMENT_ERROR') {
    super(message, errorCode);
  }
}

export class InsufficientFundsError extends PaymentError {
  constructor(message: string) {
    super(message, 'INSUFFICIENT_FUNDS');
  }
}

export class CardDeclinedError extends PaymentError {
  constructor(message: string) {
    super(message, 'CARD_DECLINED');
  }
}

export class InvalidPaymentRequestError extends PaymentError {
  constructor(message: string) {
    super(message, 'INVALID_REQUEST');
  }
}

export class PaymentAuthenticationError extends PaymentError {
  constructor(message: string) {
    super(message, 'AUTHENTICATION_FAILED');
  }
}

export class NetworkError extends PaymentError {
  constructor(message: string) {
    super(message, 'NETWORK_ERROR');
  }
}

export class PaymentTimeoutError extends PaymentError {
  constructor(message: string) {
    super(message, 'TIMEOUT');
  }
}

export class PaymentRateLimitError extends PaymentError {
  constructor(message: string) {
    super(message, 'RATE_LIMITED');
  }
}
