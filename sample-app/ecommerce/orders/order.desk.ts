import { Injectable } from '@nestjs/common';
import { TaskReader, TaskService, type StartedTask, type StepState, type TaskDetails } from 'nestjs-tasker';
import type { OrderContext } from '../order.context.js';
import { orderRequest } from '../order.request.js';
import type { CreatedOrder } from '../order.results.js';

export interface OrderStatus {
  readonly taskId: string;
  readonly status: string;
  readonly orderId?: number;
  readonly orderNumber?: string;
  readonly totalAmount?: number;
  readonly failedSteps?: readonly string[];
  readonly currentStep?: string | null;
  readonly progress?: { readonly completed: number; readonly total: number; readonly percentage: number };
}

/** Takes orders and says how far they are. */
@Injectable()
export class OrderDesk {
  constructor(
    private readonly tasks: TaskService,
    private readonly reader: TaskReader,
  ) {}

  place(order: OrderContext): Promise<StartedTask> {
    return this.tasks.start(orderRequest(order));
  }

  find(taskId: string): Promise<TaskDetails | null> {
    return this.reader.find(taskId);
  }

  async statusOf(taskId: string): Promise<OrderStatus | null> {
    const task = await this.reader.find(taskId);
    return task && { taskId: task.id, status: task.state, ...detailsOf(task) };
  }
}

function detailsOf({ state, steps, summary }: TaskDetails): Omit<OrderStatus, 'taskId' | 'status'> {
  if (state === 'complete') return orderDetails(steps);
  if (state === 'error') return { failedSteps: namesOf(steps, 'error') };
  if (state !== 'in_progress') return {};
  const { completedSteps: completed, totalSteps: total, completionPercentage: percentage } = summary;
  // Between two steps, and while one waits for its next attempt, no step runs.
  return { currentStep: namesOf(steps, 'in_progress')[0] ?? null, progress: { completed, total, percentage } };
}

function orderDetails(steps: TaskDetails['steps']): Pick<OrderStatus, 'orderId' | 'orderNumber' | 'totalAmount'> {
  const order = steps.find(({ name }) => name === 'create_order')?.results as CreatedOrder | null | undefined;
  if (!order) return {}; // finished by hand, without results
  return { orderId: order.order_id, orderNumber: order.order_number, totalAmount: order.total_amount };
}

function namesOf(steps: TaskDetails['steps'], wanted: StepState): readonly string[] {
  return steps.filter(({ state }) => state === wanted).map(({ name }) => name);
}
