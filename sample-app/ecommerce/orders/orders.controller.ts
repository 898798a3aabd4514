import { Body, Controller, Get, NotFoundException, Param, Post, UnprocessableEntityException } from '@nestjs/common';
import { TaskerError, type TaskDetails } from 'nestjs-tasker';
import type { OrderContext } from '../order.context.js';
import { OrderDesk, type OrderStatus } from './order.desk.js';

export interface PlacedOrder {
  readonly success: true;
  readonly taskId: string;
  readonly status: string;
  readonly statusUrl: string;
}

/** The shop's own API: its customers know orders, and nothing of tasks and steps. */
@Controller('orders')
export class OrdersController {
  constructor(private readonly desk: OrderDesk) {}

  @Post()
  async place(@Body() order: OrderContext | undefined): Promise<PlacedOrder> {
    try {
      const { id, state } = await this.desk.place(order ?? {});
      return { success: true, taskId: id, status: state, statusUrl: `/orders/${id}/status` };
    } catch (error) {
      throw isRefusal(error) ? unprocessable(error) : error;
    }
  }

  @Get(':taskId/status')
  async status(@Param('taskId') taskId: string): Promise<OrderStatus> {
    return known(await this.desk.statusOf(taskId), taskId);
  }

  @Get(':taskId')
  async details(@Param('taskId') taskId: string): Promise<TaskDetails> {
    return known(await this.desk.find(taskId), taskId);
  }
}

/** Whether the customer can mend it, as the schema of the template sees it. */
function isRefusal(error: unknown): error is TaskerError {
  return error instanceof TaskerError && error.httpStatus < 500;
}

function unprocessable({ message, code, problems }: TaskerError): UnprocessableEntityException {
  return new UnprocessableEntityException({ success: false, error: message, code, problems });
}

function known<T>(found: T | null, taskId: string): T {
  if (found === null) throw new NotFoundException(`There is no order with task ${taskId}`);
  return found;
}
