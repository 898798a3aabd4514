import { Injectable } from '@nestjs/common';
import type { StoredStepTemplate } from '../../persistence/template.gateway.js';
import type { ClaimedStep } from '../../persistence/worker.gateway.js';
import { Scrubber } from '../../protection/error.scrubber.js';
import { resultsOf, SensitiveDataService } from '../../protection/sensitive-data.service.js';
import type { JsonValue } from '../../workflow/json.js';
import type { StepOutcome } from './step.outcome.js';

/** Takes the sensitive values out of the outcome of a step. */
@Injectable()
export class StepConcealment {
  constructor(private readonly data: SensitiveDataService) {}

  of(claimed: ClaimedStep, template: StoredStepTemplate): (outcome: StepOutcome) => StepOutcome {
    const { sensitive } = template;
    if (!sensitive) return (outcome) => outcome;
    return (outcome) => {
      if (outcome.error !== null) {
        const scrubber = new Scrubber(claimed.secrets ?? []);
        return { ...outcome, error: scrubber.error(outcome.error, this.data.pathOf(sensitive.errors)) };
      }
      if (outcome.results === null) return outcome;
      const place = resultsOf(template.namespace, template.task, template.name);
      const redacted = this.data.redactResults(JSON.parse(outcome.results) as JsonValue, sensitive.results, place);
      return { ...outcome, results: JSON.stringify(redacted.results), sensitive: redacted.sensitive };
    };
  }
}
