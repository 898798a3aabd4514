import { describe, expect, it, jest } from '@jest/globals';
import { Signal } from '../../../lib/background/signal.js';

describe('a signal', () => {
  it('reaches its listeners at once, in the order in which they came', () => {
    const signal = new Signal<string>();
    const heard: string[] = [];
    signal.listen((word) => heard.push(`first: ${word}`));
    signal.listen((word) => heard.push(`second: ${word}`));
    signal.emit('now');
    expect(heard).toEqual(['first: now', 'second: now']);
  });

  it('reaches nobody who has stopped listening', () => {
    const signal = new Signal();
    const [left, stayed] = [jest.fn(), jest.fn()];
    const leave = signal.listen(left);
    signal.listen(stayed);
    leave();
    signal.emit();
    expect(left).not.toHaveBeenCalled();
    expect(stayed).toHaveBeenCalledTimes(1);
  });

  it('may be emitted when nobody listens', () => {
    expect(() => new Signal().emit()).not.toThrow();
  });
});
