import { describe, expect, it } from '@jest/globals';
import { ReceiverSpeeds } from '../../../lib/webhooks/receiver.speeds.js';

describe('what is known about receivers', () => {
  it('is the latest attempt of each, in the order of these', () => {
    const receivers = new ReceiverSpeeds();
    for (const id of ['1', '2', '3']) receivers.note(id, 'slow');
    receivers.note('2', 'quick');
    receivers.note('1', 'slow');
    expect(receivers.known()).toEqual({ quick: ['2'], slow: ['3', '1'] });
  });

  it('has a bound: nothing is known any more of those that were asked long ago', () => {
    const receivers = new ReceiverSpeeds();
    for (let id = 0; id < 501; id++) receivers.note(String(id), 'quick');
    receivers.note('x', 'slow');
    expect(receivers.known().quick).toHaveLength(500);
    expect(receivers.known().quick).not.toContain('0');
    expect(receivers.known().slow).toEqual(['x']);
  });
});
