const FALLBACK = 'Notification';

const SUBJECT_OF_TEMPLATE: Readonly<Record<string, string>> = {
  order_confirmation: 'Your order is confirmed',
  shipping_notification: 'Your order is on its way',
  delivery_confirmation: 'Your order has arrived',
  payment_receipt: 'Your receipt',
  refund_confirmation: 'Your refund',
  welcome: 'Welcome',
};

const SUBJECT_OF_NOTIFICATION: Readonly<Record<string, string>> = {
  account_update: 'Your account was updated',
  password_reset: 'Reset your password',
  security_alert: 'Security alert',
  low_stock: 'Stock is running low',
  promotion: 'An offer for you',
};

export function subjectOfTemplate(template: string): string {
  return SUBJECT_OF_TEMPLATE[template] ?? FALLBACK;
}

export function subjectOfNotification(type: string): string {
  return SUBJECT_OF_NOTIFICATION[type] ?? FALLBACK;
}
