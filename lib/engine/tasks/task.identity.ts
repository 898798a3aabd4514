import { createHash, createHmac } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { InvalidTaskHandlerAnswerError } from '../../handlers/handler.errors.js';
import type { IdentifiedRequest } from '../../handlers/task-handler.contract.js';
import { TaskHandlerRegistry } from '../../handlers/task-handler.registry.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { IdentityStrategy } from '../../options/identity.options.js';
import { whyMissing } from '../../options/missing.provider.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import type { TaskIdentity } from '../../persistence/task.gateway.js';
import { withSortedKeys } from '../../templates/canonical.document.js';
import { describeKind } from '../../templates/json.copy.js';
import { mustBe } from '../../workflow/input.wording.js';
import type { JsonObject, JsonValue } from '../../workflow/json.js';
import type { TaskTemplate } from '../../workflow/task-template.js';
import { InvalidIdentityStrategyError } from '../engine.errors.js';
import type { StartOptions } from './task.request.js';

/** How long a `requestKey` identifies its task, in seconds. */
export const REQUEST_KEY_SECONDS = 86_400;

/** The contract of a provider that the option `identity.strategy` names. */
export interface IdentityStrategyContract {
  /**
   * Returns a text that identifies a request: requests with the same text start one task. With null, a request equals
   * no other.
   */
  identify(request: IdentifiedRequest): string | null;
}

/**
 * Decides which requests are equal: by the caller's idempotency key, otherwise by the task handler of the template,
 * otherwise by the strategy of the options.
 */
@Injectable()
export class TaskIdentifier implements OnModuleInit {
  private custom: IdentityStrategyContract | undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly modules: ModuleRef,
    private readonly handlers: TaskHandlerRegistry,
  ) {}

  onModuleInit(): void {
    const { strategy } = this.options.identity;
    if (typeof strategy !== 'string') this.custom = this.findStrategy(strategy);
  }

  /** Undefined for a request that equals no other. */
  identify(
    template: TaskTemplate,
    request: IdentifiedRequest,
    idempotencyKey: string | undefined,
    { requestKey, keyOwner }: Pick<StartOptions, 'requestKey' | 'keyOwner'>,
  ): TaskIdentity | undefined {
    const { namespace, name } = template;
    // The version does not matter, so that a deployment between two tries does not lead to two tasks.
    if (idempotencyKey !== undefined) {
      const owned = keyOwner === undefined ? [idempotencyKey] : [idempotencyKey, keyOwner];
      return { hash: digest(['key', namespace, name, ...owned]), seconds: null };
    }
    if (requestKey !== undefined) {
      return { hash: digest(['request', namespace, name, requestKey]), seconds: REQUEST_KEY_SECONDS };
    }
    const { strategy, windowSeconds: seconds } = this.options.identity;
    // Without a key, sensitive values could be guessed from the hash.
    const secret = template.sensitiveData ? this.options.sensitiveData.subjectSecret : null;
    const handled = this.askHandler(template, request);
    if (handled !== undefined) {
      return handled === null ? undefined : { hash: digest(['handler', namespace, name, handled], secret), seconds };
    }
    if (this.custom) {
      const identity = this.custom.identify(request);
      return identity === null ? undefined : { hash: digest(['custom', namespace, name, identity], secret), seconds };
    }
    return strategy === 'hash'
      ? { hash: digest(['hash', request as unknown as JsonObject], secret), seconds }
      : undefined;
  }

  /** Undefined if the template has no handler with `identify`. */
  private askHandler(template: TaskTemplate, request: IdentifiedRequest): string | null | undefined {
    const handler = this.handlers.find(template);
    if (!handler?.instance.identify) return undefined;
    const answer: unknown = handler.instance.identify(request);
    if (typeof answer === 'string' || answer === null) return answer;
    const problem = { pointer: '', message: `${mustBe('a string or null')}, got ${describeKind(answer)}` };
    throw new InvalidTaskHandlerAnswerError(handler.name, 'identify', template, [problem]);
  }

  private findStrategy(strategy: Exclude<IdentityStrategy, string>): IdentityStrategyContract {
    let found: Partial<IdentityStrategyContract>;
    try {
      found = this.modules.get<Partial<IdentityStrategyContract>>(strategy, { strict: false });
    } catch (error) {
      throw new InvalidIdentityStrategyError(strategy.name, whyMissing(error));
    }
    if (typeof found.identify === 'function') return found as IdentityStrategyContract;
    throw new InvalidIdentityStrategyError(strategy.name, 'which has no method identify()');
  }
}

/** The SHA-256, or the HMAC if there is a secret, in hex, of the JSON with sorted keys: their order does not matter. */
function digest(value: readonly JsonValue[], secret: string | null = null): string {
  const hash = secret === null ? createHash('sha256') : createHmac('sha256', secret);
  return hash.update(JSON.stringify(withSortedKeys(value))).digest('hex');
}
