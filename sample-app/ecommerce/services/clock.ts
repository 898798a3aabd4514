import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

/** The time of the mocked outside world; a test replaces it to choose the time and to wait for nothing. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  async wait(seconds: number): Promise<void> {
    // Unreferenced: a call that will never be answered must not keep a process alive that is otherwise done.
    await setTimeout(seconds * 1_000, undefined, { ref: false });
  }
}
