import { stepContext } from 'nestjs-tasker/testing';
import { ChargeHandler } from './charge.handler';

it('charges the order', () => {
  expect(new ChargeHandler().process(stepContext({ context: { orderId: 7 } }))).toEqual({ charged: 7 });
});
