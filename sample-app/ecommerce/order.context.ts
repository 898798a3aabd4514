/**
 * What a customer orders: the context of `ecommerce/process_order`. The template's schema guards it when a task starts,
 * yet every field is optional here, because a handler trusts no input and answers for what is missing with a code.
 */
export type OrderContext = {
  readonly cart_items?: readonly CartItem[];
  readonly payment_info?: PaymentInfo;
  readonly customer_info?: CustomerInfo;
  readonly shipping_info?: ShippingInfo;
  readonly priority?: 'standard' | 'express' | 'overnight';
};

export type CartItem = {
  readonly product_id?: number;
  readonly quantity?: number;
  /** What the customer saw; the price in the catalogue is what counts. */
  readonly price?: number;
  readonly name?: string;
};

export type PaymentInfo = {
  readonly method?: string;
  readonly amount?: number;
  readonly currency?: string;
  readonly card_last_four?: string;
  readonly token?: string;
};

export type CustomerInfo = {
  readonly id?: number;
  readonly email?: string;
  readonly name?: string;
  readonly tier?: 'standard' | 'premium' | 'enterprise';
  readonly phone?: string;
};

export type ShippingInfo = {
  readonly address?: string;
  readonly city?: string;
  readonly state?: string;
  readonly zip?: string;
};
