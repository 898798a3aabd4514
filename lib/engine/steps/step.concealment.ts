import { Injectable } from '@nestjs/common';
import type { StoredStepTemplate } from '../../persistence/template.gateway.js';
import { resultsOf, SensitiveDataService } from '../../protection/sensitive-data.service.js';
import type { JsonValue } from '../../workflow/json.js';
import type { StepOutcome } from './step.outcome.js';
import type { StepRun } from './step.run.js';

/** Takes the sensitive values out of the outcome of a step. */
@Injectable()
export class StepConcealment {
  constructor(private readonly data: SensitiveDataService) {}

  of(run: StepRun, template: StoredStepTemplate): (outcome: StepOutcome) => StepOutcome {
    const { sensitive } = template;
    if (!sensitive) return (outcome) => outcome;
    return (outcome) => {
      if (outcome.error !== null) {
        return { ...outcome, error: run.scrubber.error(outcome.error, this.data.pathOf(sensitive.errors)) };
      }
      if (outcome.results === null) return outcome;
      const place = resultsOf(template.namespace, template.task, template.name);
      const redacted = this.data.redactResults(JSON.parse(outcome.results) as JsonValue, sensitive.results, place);
      return { ...outcome, results: JSON.stringify(redacted.results), sensitive: redacted.sensitive };
    };
  }
}
