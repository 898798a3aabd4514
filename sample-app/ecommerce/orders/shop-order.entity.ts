import { IsEmail, IsIn, IsNotEmpty, IsPositive, Matches } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ValidatedItem } from '../order.results.js';

export const ORDER_STATUSES = ['confirmed', 'shipped', 'delivered', 'cancelled'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** An order in the shop's own table, which nestjs-tasker knows nothing of. */
@Entity('shop_orders')
export class ShopOrder {
  /** The database counts them, from 1001. */
  @PrimaryColumn({ type: 'integer', insert: false })
  readonly id!: number;

  /** The task that created it; unique, so that a step which runs twice creates one order. */
  @Column({ name: 'task_id', type: 'bigint' })
  taskId!: string;

  @Matches(/^ORD-\d{8}-[0-9A-F]{8}$/)
  @Column({ name: 'order_number', type: 'text' })
  orderNumber!: string;

  @IsIn(ORDER_STATUSES)
  @Column({ type: 'text' })
  status!: OrderStatus;

  @IsNotEmpty()
  @Column({ name: 'customer_name', type: 'text' })
  customerName!: string;

  @IsEmail()
  @Column({ name: 'customer_email', type: 'text' })
  customerEmail!: string;

  @IsPositive()
  @Column({ name: 'total_amount', type: 'numeric', transformer: { to: (value: number) => value, from: Number } })
  totalAmount!: number;

  @Column({ type: 'jsonb' })
  items!: readonly ValidatedItem[];

  @Column({ name: 'payment_id', type: 'text' })
  paymentId!: string;

  @Column({ name: 'transaction_id', type: 'text' })
  transactionId!: string;

  @Column({ name: 'inventory_log_id', type: 'text' })
  inventoryLogId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
