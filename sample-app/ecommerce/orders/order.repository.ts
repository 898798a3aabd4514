import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ShopOrder } from './shop-order.entity.js';

@Injectable()
export class OrderRepository {
  constructor(@InjectRepository(ShopOrder) private readonly orders: Repository<ShopOrder>) {}

  /** Stores the order, unless its task already has one; answers the stored order. */
  async createOnce(draft: ShopOrder): Promise<ShopOrder> {
    await this.orders.createQueryBuilder().insert().values(draft).orIgnore().updateEntity(false).execute();
    return this.orders.findOneByOrFail({ taskId: draft.taskId });
  }
}
