/** What each step of `ecommerce/process_order` stores. Instants are ISO 8601, money is in the major unit. */

export type ValidatedItem = {
  readonly product_id: number;
  readonly name: string;
  readonly price: number;
  readonly quantity: number;
  readonly line_total: number;
};

export type ValidatedCart = {
  readonly validated_items: readonly ValidatedItem[];
  readonly subtotal: number;
  readonly tax: number;
  readonly shipping: number;
  readonly total: number;
  /** Lines, not pieces. */
  readonly item_count: number;
  readonly validated_at: string;
};

export type PaymentReceipt = {
  readonly payment_id: string;
  readonly amount_charged: number;
  readonly currency: string;
  readonly payment_method_type: string;
  readonly transaction_id: string;
  readonly processed_at: string;
  readonly status: 'completed';
};

export type UpdatedProduct = {
  readonly product_id: number;
  readonly name: string;
  readonly previous_stock: number;
  readonly new_stock: number;
  readonly quantity_reserved: number;
  readonly reservation_id: string;
};

export type InventoryChange = {
  readonly product_id: number;
  readonly change_type: 'reservation';
  readonly quantity: number;
  readonly reason: 'order_checkout';
  readonly timestamp: string;
  readonly reservation_id: string;
};

export type InventoryUpdate = {
  readonly updated_products: readonly UpdatedProduct[];
  readonly total_items_reserved: number;
  readonly inventory_changes: readonly InventoryChange[];
  readonly inventory_log_id: string;
  readonly updated_at: string;
};

export type CreatedOrder = {
  readonly order_id: number;
  readonly order_number: string;
  readonly status: string;
  readonly total_amount: number;
  readonly customer_email: string;
  readonly created_at: string;
  readonly estimated_delivery: string;
};

export type SentConfirmation = {
  readonly email_sent: true;
  readonly recipient: string;
  readonly email_type: 'order_confirmation';
  readonly sent_at: string;
  readonly message_id: string;
};
