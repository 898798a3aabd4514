import { ServiceError } from './service.error.js';

export class InventoryError extends ServiceError {
  constructor(message: string, errorCode = 'INVENTORY_ERROR') {
    super(message, errorCode);
  }
}

export class InsufficientStockError extends InventoryError {
  constructor(message: string) {
    super(message, 'INSUFFICIENT_STOCK');
  }
}

export class ProductNotFoundError extends InventoryError {
  constructor(message: string) {
    super(message, 'PRODUCT_NOT_FOUND');
  }
}

export class ReservationError extends InventoryError {
  constructor(message: string) {
    super(message, 'RESERVATION_FAILED');
  }
}
