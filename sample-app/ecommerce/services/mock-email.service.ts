import { Injectable } from '@nestjs/common';
import { subjectOfNotification, subjectOfTemplate } from './email.subjects.js';
import { MockService } from './mock.service.js';

export interface ConfirmationRequest {
  readonly to: string;
  readonly customer_name: string | null;
  readonly order_number: string;
  readonly order_id: number;
  readonly total_amount: number;
  readonly estimated_delivery: string;
  readonly items: readonly object[];
  readonly order_url: string;
  readonly template?: string;
  readonly subject?: string;
  readonly idempotency_key: string;
  readonly reference: string;
}

export interface SentEmail {
  readonly message_id: string;
  readonly status: string;
  readonly recipient: string;
  readonly template: string;
  readonly subject: string;
  readonly sent_at: string;
  readonly delivery_status: string;
}

export type EmailAnswer = { readonly status: string } & Partial<SentEmail>;

@Injectable()
export class MockEmailService extends MockService {
  override readonly serviceName = 'email';

  /** Sends one mail for each idempotency key. */
  sendConfirmation(request: ConfirmationRequest): Promise<EmailAnswer> {
    const { to, template = 'order_confirmation', subject = subjectOfTemplate(template) } = request;
    const { idempotency_key: key, reference } = request;
    return this.handleResponse('sendConfirmation', request, () =>
      this.ledger.once({ key, reference, service: this.serviceName }, this.#sentEmail(to, template, subject)),
    );
  }

  sendWelcome(request: { readonly to: string }): Promise<EmailAnswer> {
    return this.handleResponse('sendWelcome', request, () =>
      this.#sentEmail(request.to, 'welcome', subjectOfTemplate('welcome')),
    );
  }

  sendNotification(request: { readonly to: string; readonly type: string; readonly priority?: string }) {
    return this.handleResponse('sendNotification', request, () => ({
      ...this.#sentEmail(request.to, request.type, subjectOfNotification(request.type)),
      priority: request.priority ?? 'normal',
    }));
  }

  getDeliveryStatus(request: { readonly message_id: string }) {
    return this.handleResponse('getDeliveryStatus', request, () => ({
      message_id: request.message_id,
      status: 'delivered',
      delivered_at: this.generateTimestamp(),
    }));
  }

  sendBulk(request: { readonly recipients: readonly string[]; readonly template: string }) {
    return this.handleResponse('sendBulk', request, () => ({
      batch_id: this.generateId('batch'),
      status: 'queued',
      recipient_count: request.recipients.length,
      template: request.template,
      estimated_delivery: this.generateTimestamp(5),
    }));
  }

  #sentEmail(recipient: string, template: string, subject: string): SentEmail {
    return {
      message_id: this.generateId('msg'),
      status: 'sent',
      recipient,
      template,
      subject,
      sent_at: this.generateTimestamp(),
      delivery_status: 'delivered',
    };
  }
}
