import { Injectable } from '@nestjs/common';
import { StepHandler, type StepContext, type StepHandlerContract } from 'nestjs-tasker';

@Injectable()
@StepHandler('shop.charge')
export class ChargeHandler implements StepHandlerContract {
  process({ task }: StepContext) {
    return { charged: task.context['orderId'] };
  }
}
