import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { requestKeyFault, requestKeyOf, type RequestKey } from '../../api/request.key.js';
import { InvalidActionError } from '../../engine/engine.errors.js';
import { IdempotentRequests } from '../../engine/idempotent.requests.js';
import { jsonProblem } from '../../workflow/input.checks.js';
import type { JsonValue } from '../../workflow/json.js';
import type { Execution } from '../graphql.execution.js';
import { TaskLoaders } from '../reading/task.loaders.js';
import type { MutationFields } from './mutation.input.js';
import type { UserErrorType } from './mutation.payload.js';
import { userErrorsOf } from './user.error.js';

/** A call of a mutation. */
export interface MutationCall<Input extends MutationFields = MutationFields> {
  readonly name: string;
  readonly input: Input;
  readonly execution: Execution;
}

/** The answer of a mutation: its own fields, which are missing if it was refused, and the fields of every mutation. */
export type MutationAnswer<Done> = Partial<Done> & {
  readonly userErrors: readonly UserErrorType[];
  readonly clientMutationId: string | null;
};

/** Carries out mutations, once for each request key, and reports problems with their input in the answer. */
@Injectable()
export class MutationRunner {
  constructor(
    private readonly requests: IdempotentRequests,
    private readonly loaders: TaskLoaders,
  ) {}

  /** @throws errors that are not about the input */
  async run<Done extends object>(
    call: MutationCall,
    work: (key: RequestKey | null) => Promise<Done>,
  ): Promise<MutationAnswer<Done>> {
    const { input, execution } = call;
    const clientMutationId = input.clientMutationId ?? null;
    try {
      if (execution.grant?.missing) throw execution.grant.missing;
      const done = await this.once(call, work);
      return { ...done, userErrors: [], clientMutationId };
    } catch (error) {
      const userErrors = userErrorsOf(error, input);
      if (!userErrors) throw error;
      return { userErrors, clientMutationId } as unknown as MutationAnswer<Done>;
    } finally {
      this.loaders.fresh(execution);
    }
  }

  private async once<Done extends object>(
    { name, input, execution }: MutationCall,
    work: (key: RequestKey | null) => Promise<Done>,
  ): Promise<Done> {
    const { requestKey = null, clientMutationId: _, ...values } = input;
    if (requestKey === null) return work(null);
    const fault = requestKeyFault(requestKey);
    // Values that are nested too deeply would exhaust the stack below, before the engine could refuse them.
    const problem = fault === null ? jsonProblem('', values, 'own') : { pointer: '/requestKey', message: fault };
    if (problem) throw new InvalidActionError(name, [problem]);
    const key = requestKeyOf(execution.req, requestKey);
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([name, values]))
      .digest('hex');
    const { answer } = await this.requests.once({ ...key, fingerprint }, async () => (await work(key)) as JsonValue);
    return answer as Done;
  }
}
