import { StepHandler, type StepContext, type StepHandlerContract } from 'nestjs-tasker';
import type { OrderContext } from '../order.context.js';
import type { CreatedOrder, SentConfirmation, ValidatedCart } from '../order.results.js';
import { MockEmailService, type ConfirmationRequest, type EmailAnswer } from '../services/mock-email.service.js';
import { callService, troubleWith, type TroublePolicy } from './service.trouble.js';
import { required, requiredResults } from './step.inputs.js';
import { answered, shapeResults } from './step.results.js';

const TROUBLE: TroublePolicy = {
  service: 'The mail provider',
  permanent: { INVALID_EMAIL: 'INVALID_EMAIL' },
  retryAfter: { RATE_LIMITED: 60 },
};

type ConfirmationContext = StepContext<OrderContext, { readonly create_order: CreatedOrder | null }>;

/** Mails the confirmation to the customer. */
@StepHandler('ecommerce.send_confirmation')
export class SendConfirmationHandler implements StepHandlerContract<OrderContext, ConfirmationContext['results']> {
  constructor(private readonly emails: MockEmailService) {}

  async process(context: ConfirmationContext): Promise<SentConfirmation> {
    const request = await readInputs(context);
    const answer = await callService(TROUBLE, () => this.emails.sendConfirmation(request));
    if (answer.status !== 'sent') throw troubleWith(TROUBLE, answer.status);
    return shapeResults(answer, () => confirmationOf(answer, request.to));
  }
}

async function readInputs(context: ConfirmationContext): Promise<ConfirmationRequest> {
  const { task, results, idempotencyKey } = context;
  const customer = task.context.customer_info;
  const to = required(customer?.email, 'MISSING_CUSTOMER_EMAIL', 'The order has no e-mail address');
  const order = required(results.create_order, 'MISSING_ORDER_RESULT', 'Step create_order left no results');
  const cart = await requiredResults<ValidatedCart>(context, 'validate_cart', 'MISSING_CART_VALIDATION');
  return {
    to,
    customer_name: customer?.name ?? null,
    order_number: order.order_number,
    order_id: order.order_id,
    total_amount: order.total_amount,
    estimated_delivery: order.estimated_delivery,
    items: cart.validated_items,
    order_url: `https://example.com/orders/${order.order_id}`,
    idempotency_key: idempotencyKey,
    reference: `order_${task.id}`,
  };
}

function confirmationOf(answer: EmailAnswer, recipient: string): SentConfirmation {
  return {
    email_sent: true,
    recipient: answer.recipient ?? recipient,
    email_type: 'order_confirmation',
    sent_at: answered(answer.sent_at, 'sent_at'),
    message_id: answered(answer.message_id, 'message_id'),
  };
}
