import { Injectable } from '@nestjs/common';
import { MockService } from './mock.service.js';

const STOCK_LEVEL = 100;
const HOLD_MINUTES = 15;
const LOW_STOCK = [
  { product_id: 101, stock_level: 15, reorder_quantity: 100 },
  { product_id: 205, stock_level: 8, reorder_quantity: 75 },
] as const;

export interface Availability {
  readonly available: boolean;
  readonly stock_level: number;
  readonly requested_quantity: number;
  readonly can_fulfill: boolean;
  readonly reserved_until: string;
}

export interface ReservationRequest {
  readonly product_id: number;
  readonly quantity: number;
  readonly order_id: string;
  readonly customer_id: number | null;
  readonly idempotency_key: string;
}

export interface Reservation {
  readonly reservation_id: string;
  readonly product_id: number;
  readonly quantity_reserved: number;
  readonly reserved_at: string;
  readonly expires_at: string;
  readonly status: string;
}

export type ReservationAnswer = { readonly status: string } & Partial<Reservation>;

@Injectable()
export class MockInventoryService extends MockService {
  override readonly serviceName = 'inventory';

  checkAvailability(request: { readonly product_id: number; readonly quantity: number }): Promise<Availability> {
    return this.handleResponse('checkAvailability', request, () => ({
      available: true,
      stock_level: STOCK_LEVEL,
      requested_quantity: request.quantity,
      can_fulfill: true,
      reserved_until: this.generateTimestamp(HOLD_MINUTES),
    }));
  }

  /** A known idempotency key gets the reservation that it got before. */
  reserveInventory(request: ReservationRequest): Promise<ReservationAnswer> {
    const { idempotency_key: key, order_id: reference } = request;
    return this.handleResponse('reserveInventory', request, () =>
      this.ledger.once({ key, reference, service: this.serviceName }, this.#reservationFor(request)),
    );
  }

  commitReservation(request: { readonly reservation_id: string }) {
    return this.handleResponse('commitReservation', request, () => ({
      reservation_id: request.reservation_id,
      status: 'committed',
      final_stock_level: 95,
      committed_at: this.generateTimestamp(),
    }));
  }

  releaseReservation(request: { readonly reservation_id: string; readonly reason?: string }) {
    return this.handleResponse('releaseReservation', request, () => ({
      reservation_id: request.reservation_id,
      status: 'released',
      reason: request.reason ?? 'order_cancelled',
      stock_returned: true,
      released_at: this.generateTimestamp(),
    }));
  }

  updateInventory(request: { readonly product_id: number; readonly adjustment: number; readonly reason?: string }) {
    return this.handleResponse('updateInventory', request, () => ({
      product_id: request.product_id,
      previous_stock: STOCK_LEVEL,
      new_stock: STOCK_LEVEL + request.adjustment,
      adjustment: request.adjustment,
      reason: request.reason ?? 'manual_adjustment',
      updated_at: this.generateTimestamp(),
    }));
  }

  getInventoryLevels(request: { readonly product_ids: readonly number[] }) {
    return this.handleResponse('getInventoryLevels', request, () =>
      request.product_ids.map((product_id) => ({ product_id, stock_level: STOCK_LEVEL, reserved: 0 })),
    );
  }

  checkLowStock(request: { readonly threshold?: number } = {}) {
    const { threshold = 25 } = request;
    return this.handleResponse('checkLowStock', request, () => ({ threshold, low_stock_items: LOW_STOCK }));
  }

  bulkUpdate(request: {
    readonly operations: readonly { readonly product_id: number; readonly adjustment: number }[];
  }) {
    return this.handleResponse('bulkUpdate', request, () => ({
      status: 'completed',
      results: request.operations.map(({ product_id, adjustment }) => ({
        product_id,
        new_stock: STOCK_LEVEL + adjustment,
      })),
      updated_at: this.generateTimestamp(),
    }));
  }

  #reservationFor({ product_id, quantity }: ReservationRequest): Reservation {
    return {
      reservation_id: this.generateId('res'),
      product_id,
      quantity_reserved: quantity,
      reserved_at: this.generateTimestamp(),
      expires_at: this.generateTimestamp(HOLD_MINUTES),
      status: 'reserved',
    };
  }
}
