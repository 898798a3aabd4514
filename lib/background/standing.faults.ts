import { Injectable, Logger } from '@nestjs/common';
import { errorText } from '../workflow/error.text.js';
import { logText } from '../workflow/log.text.js';

/**
 * The faults of this process that last until a person corrects their cause or until they pass. While there is one,
 * readiness answers 503, with a check for each fault under its key.
 */
@Injectable()
export class StandingFaults {
  private readonly logger = new Logger('TaskerEngine');
  private readonly standing = new Map<string, string>();

  /**
   * Logs an error when the fault begins or its sentence changes. Call it each time the fault occurs.
   *
   * @param key names the kind of fault, such as `step_definitions`. The keys must be a fixed set; otherwise the checks
   *   of readiness grow without bound
   * @param sentence the fault and its consequence. Probes without credentials can read it, so it must not name anything
   *   confidential or quote an error
   * @param details for the log only: names, a remedy, the cause
   */
  report(key: string, sentence: string, ...details: readonly unknown[]): void {
    if (this.standing.get(key) === sentence) return;
    this.standing.set(key, sentence);
    this.logger.error(sentence, ...details.map(loggable));
  }

  /** Ends the fault, if there is one. */
  clear(key: string): void {
    const sentence = this.standing.get(key);
    if (sentence === undefined) return;
    this.standing.delete(key);
    this.logger.log(`Resolved: ${sentence}`);
  }

  /** The sentences by key, the oldest first. */
  all(): ReadonlyMap<string, string> {
    return this.standing;
  }
}

/** Escapes a text. Within an object, loggers do this themselves. */
function loggable(detail: unknown): unknown {
  if (detail instanceof Error) return errorText(detail);
  return typeof detail === 'string' ? logText(detail) : detail;
}
