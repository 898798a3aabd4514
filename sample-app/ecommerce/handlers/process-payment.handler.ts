import { PermanentError, StepHandler, type StepContext, type StepHandlerContract } from 'nestjs-tasker';
import { money } from '../money.js';
import type { OrderContext } from '../order.context.js';
import type { PaymentReceipt, ValidatedCart } from '../order.results.js';
import { MockPaymentService, type ChargeAnswer, type ChargeRequest } from '../services/mock-payment.service.js';
import { callService, troubleWith, type TroublePolicy } from './service.trouble.js';
import { required } from './step.inputs.js';
import { answered, shapeResults } from './step.results.js';

const TROUBLE: TroublePolicy = {
  service: 'The payment gateway',
  permanent: {
    INSUFFICIENT_FUNDS: 'PAYMENT_DECLINED',
    CARD_DECLINED: 'PAYMENT_DECLINED',
    INVALID_CARD: 'PAYMENT_DECLINED',
    INVALID_REQUEST: 'INVALID_REQUEST',
    AUTHENTICATION_FAILED: 'AUTHENTICATION_FAILED',
  },
  retryAfter: { RATE_LIMITED: 30 },
};

type PaymentContext = StepContext<OrderContext, { readonly validate_cart: ValidatedCart | null }>;

/** Charges what the cart costs, once, however often it runs: the gateway knows a charge by the step's idempotency key. */
@StepHandler('ecommerce.process_payment')
export class ProcessPaymentHandler implements StepHandlerContract<OrderContext, PaymentContext['results']> {
  constructor(private readonly payments: MockPaymentService) {}

  async process(context: PaymentContext): Promise<PaymentReceipt> {
    const request = readInputs(context);
    const answer = await callService(TROUBLE, () => this.payments.processPayment(request));
    if (answer.status !== 'succeeded') throw troubleWith(TROUBLE, answer.status);
    return shapeResults(answer, () => receiptOf(answer));
  }
}

function readInputs({ task, results, idempotencyKey }: PaymentContext): ChargeRequest {
  const payment = task.context.payment_info;
  const method = required(payment?.method, 'MISSING_PAYMENT_METHOD', 'The order names no payment method');
  const token = required(payment?.token, 'MISSING_PAYMENT_TOKEN', 'The order has no payment token');
  const total = required(results.validate_cart?.total, 'MISSING_CART_TOTAL', 'Step validate_cart left no total');
  const amount = payment?.amount;
  if (amount === undefined || !money(amount).eq(total)) {
    throw new PermanentError(`The customer agreed to pay ${amount ?? 'nothing'}, the order costs ${total}`, {
      code: 'PAYMENT_AMOUNT_MISMATCH',
      context: { agreed: amount ?? null, total },
    });
  }
  const charge = { amount: total, method, token, idempotency_key: idempotencyKey, reference: `order_${task.id}` };
  return payment?.currency === undefined ? charge : { ...charge, currency: payment.currency };
}

function receiptOf(answer: ChargeAnswer): PaymentReceipt {
  return {
    payment_id: answered(answer.payment_id, 'payment_id'),
    amount_charged: answered(answer.amount_charged, 'amount_charged'),
    currency: answer.currency ?? 'USD',
    payment_method_type: answer.payment_method_type ?? 'credit_card',
    transaction_id: answered(answer.transaction_id, 'transaction_id'),
    processed_at: answered(answer.processed_at, 'processed_at'),
    status: 'completed',
  };
}
