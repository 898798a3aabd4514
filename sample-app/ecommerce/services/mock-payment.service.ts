import { Injectable } from '@nestjs/common';
import { money, roundToCents } from '../money.js';
import { Clock } from './clock.js';
import { EffectLedger } from './effect.ledger.js';
import { MockService } from './mock.service.js';
import { TokenSimulator, type TokenVerdict } from './token.simulator.js';

const FEE_RATE = '0.029';
const FIXED_FEE = '0.30';

export interface ChargeRequest {
  readonly amount: number;
  readonly method: string;
  readonly token: string;
  readonly currency?: string;
  readonly idempotency_key: string;
  readonly reference: string;
}

export type ChargeAnswer = { readonly status: string } & Partial<Charge>;

export interface Charge extends TokenVerdict {
  readonly payment_id: string;
  readonly amount_charged: number;
  readonly currency: string;
  readonly payment_method_type: string;
  readonly transaction_id: string;
  readonly processed_at: string;
  readonly fees: PaymentFees;
}

export interface PaymentFees {
  readonly processing_fee: number;
  readonly fixed_fee: number;
  readonly total_fees: number;
}

export interface RefundRequest {
  readonly payment_id: string;
  readonly amount?: number;
  readonly reason?: string;
}

@Injectable()
export class MockPaymentService extends MockService {
  override readonly serviceName = 'payment';

  constructor(
    clock: Clock,
    ledger: EffectLedger,
    private readonly simulator: TokenSimulator,
  ) {
    super(clock, ledger);
  }

  /** Charges once for each idempotency key. A charge that the token forbids is answered with its status alone. */
  processPayment(request: ChargeRequest): Promise<ChargeAnswer> {
    return this.handleResponse('processPayment', request, () => {
      const verdict = this.simulator.verdict(request.token);
      if (verdict.status !== 'succeeded') return { status: verdict.status };
      const { idempotency_key: key, reference } = request;
      return this.ledger.once({ key, reference, service: this.serviceName }, this.#chargeFor(request, verdict));
    });
  }

  refundPayment(request: RefundRequest) {
    const { payment_id, amount = 100, reason = 'requested_by_customer' } = request;
    return this.handleResponse('refundPayment', request, () => ({
      refund_id: this.generateId('ref'),
      payment_id,
      status: 'succeeded',
      amount_refunded: amount,
      reason,
      refunded_at: this.generateTimestamp(),
    }));
  }

  getPaymentStatus(request: { readonly payment_id: string }) {
    return this.handleResponse('getPaymentStatus', request, () => ({
      payment_id: request.payment_id,
      status: 'succeeded',
      checked_at: this.generateTimestamp(),
    }));
  }

  verifyPaymentMethod(request: { readonly method: string; readonly token: string }) {
    return this.handleResponse('verifyPaymentMethod', request, () => ({
      valid: true,
      payment_method_type: request.method,
      verified_at: this.generateTimestamp(),
    }));
  }

  calculateFees(request: { readonly amount: number }): Promise<PaymentFees> {
    return this.handleResponse('calculateFees', request, () => feesOf(request.amount));
  }

  #chargeFor({ amount, method, currency = 'USD' }: ChargeRequest, verdict: TokenVerdict): Charge {
    return {
      ...verdict,
      payment_id: this.generateId('pay'),
      amount_charged: amount,
      currency,
      payment_method_type: method,
      transaction_id: this.generateId('txn'),
      processed_at: this.generateTimestamp(),
      fees: feesOf(amount),
    };
  }
}

function feesOf(amount: number): PaymentFees {
  const processing = roundToCents(money(amount).times(FEE_RATE));
  return {
    processing_fee: processing.toNumber(),
    fixed_fee: Number(FIXED_FEE),
    total_fees: processing.plus(FIXED_FEE).toNumber(),
  };
}
