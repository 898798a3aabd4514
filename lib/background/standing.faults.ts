import { Injectable, Logger } from '@nestjs/common';
import { errorText } from '../workflow/error.text.js';
import { logText } from '../workflow/log.text.js';

/**
 * What is wrong in this process and stays wrong until somebody mends it or it passes. Readiness answers 503 while anything is,
 * with one check for each fault under its key.
 */
@Injectable()
export class StandingFaults {
  private readonly logger = new Logger('TaskerEngine');
  private readonly standing = new Map<string, string>();

  /**
   * Logs an error when it begins or its sentence changes; to be called as often as it is met.
   *
   * @param key of the kind of fault, such as `step_definitions`; a fixed set, or the checks of readiness grow without bound
   * @param sentence what is wrong and its consequence. Probes without credentials read it, so it names nothing that is not
   *   for everybody and quotes no error
   * @param details what only the log says: names, what to do, the cause
   */
  report(key: string, sentence: string, ...details: readonly unknown[]): void {
    if (this.standing.get(key) === sentence) return;
    this.standing.set(key, sentence);
    this.logger.error(sentence, ...details.map(loggable));
  }

  /** The fault is over, if it stood. */
  clear(key: string): void {
    const sentence = this.standing.get(key);
    if (sentence === undefined) return;
    this.standing.delete(key);
    this.logger.log(`Resolved: ${sentence}`);
  }

  /** Sentences by key; the oldest first. */
  all(): ReadonlyMap<string, string> {
    return this.standing;
  }
}

/** Loggers write the texts within an object as literals. */
function loggable(detail: unknown): unknown {
  if (detail instanceof Error) return errorText(detail);
  return typeof detail === 'string' ? logText(detail) : detail;
}
