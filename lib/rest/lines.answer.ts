import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { errorText } from '../workflow/error.text.js';
import { beginRaw } from './raw.response.js';

/** A caller that reads nothing for this time is given up, because it would delay the shutdown of the server. */
const STALLED_MS = 60_000;

/**
 * Answers with lines of JSON (application/x-ndjson). Waits for callers that read slowly, so that only a few lines are in
 * memory. Does not use Nest's `StreamableFile`: if it fails in the middle, the answer ends as if it were complete.
 */
@Injectable()
export class LinesAnswer {
  private readonly logger = new Logger('TaskerRest');

  constructor(private readonly host: HttpAdapterHost) {}

  /**
   * If reading lines fails later than at the first one, the connection is closed, by which the caller knows that lines
   * are missing.
   * @throws the error of reading the first line
   */
  async send(lines: AsyncIterable<string>, response: unknown): Promise<void> {
    const iterator = lines[Symbol.asyncIterator]();
    const first = await iterator.next(); // before the status is sent, so that an outage has its own
    const raw = this.begin(response);
    raw.setTimeout(STALLED_MS, () => raw.destroy());
    let failure: unknown = null;
    const told = textOf(first, { [Symbol.asyncIterator]: () => iterator }, (error) => (failure = error));
    try {
      await pipeline(Readable.from(told), raw);
    } catch {
      // Either reading failed, or the caller has left. Nobody can be told but the log.
      if (failure !== null) this.logger.error('Failed to send all lines of an answer.', errorText(failure));
    }
  }

  /** Sends only the headers, for `HEAD`. */
  sendHeaders(response: unknown): void {
    this.begin(response).end();
  }

  private begin(response: unknown): ReturnType<typeof beginRaw> {
    return beginRaw(this.host.httpAdapter, response, {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      'X-Accel-Buffering': 'no',
    });
  }
}

async function* textOf(
  first: IteratorResult<string, unknown>,
  others: AsyncIterable<string>,
  tell: (error: unknown) => void,
): AsyncIterable<string> {
  if (first.done === true) return;
  yield `${first.value}\n`;
  try {
    for await (const line of others) yield `${line}\n`;
  } catch (error) {
    tell(error);
    throw error;
  }
}
