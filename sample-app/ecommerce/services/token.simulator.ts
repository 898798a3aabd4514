import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const STATUS_OF_PREFIX = [
  ['test_success_', 'succeeded'],
  ['test_insufficient_', 'insufficient_funds'],
  ['test_invalid_', 'invalid_card'],
  ['test_timeout_', 'gateway_timeout'],
  ['test_rate_limit_', 'rate_limited'],
  ['test_temp_fail_', 'temporary_failure'],
] as const;
const CARD_BRANDS = ['visa', 'mastercard', 'amex'] as const;
const ACCEPTED_SHARE = 0.95;

export interface TokenVerdict {
  readonly status: string;
  readonly payment_intent_id: string;
  readonly card_brand: string | null;
}

/** Decides by the payment token alone what becomes of a charge, so that an order says itself how its payment goes. */
@Injectable()
export class TokenSimulator {
  /** Another seed declines other cards. */
  seed = 'nestjs-tasker';

  verdict(token: string): TokenVerdict {
    return {
      status: STATUS_OF_PREFIX.find(([prefix]) => token.startsWith(prefix))?.[1] ?? this.chance(token),
      payment_intent_id: `pi_${randomBytes(12).toString('hex')}`,
      card_brand: CARD_BRANDS.find((brand) => token.includes(brand)) ?? null,
    };
  }

  /** One card in twenty is declined, and stays declined: the same seed and token always give the same answer. */
  private chance(token: string): string {
    const drawn = createHash('sha256').update(`${this.seed}:${token}`).digest().readUInt32BE() / 2 ** 32;
    return drawn < ACCEPTED_SHARE ? 'succeeded' : 'card_declined';
  }
}
