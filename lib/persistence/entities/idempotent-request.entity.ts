import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '../../workflow/json.js';

/** A request over HTTP that came with an idempotency key, and how it was answered. */
@Entity({ schema: 'tasker', name: 'idempotent_requests', synchronize: false })
export class IdempotentRequestEntity {
  /** Empty where the host does not authenticate. */
  @PrimaryColumn({ type: 'text' })
  readonly caller!: string;

  @PrimaryColumn({ type: 'text' })
  readonly key!: string;

  @Column({ type: 'text' })
  readonly fingerprint!: string;

  /** Null: not answered yet. */
  @Column({ type: 'jsonb', nullable: true })
  readonly answer!: JsonValue;

  @Column({ name: 'taken_until', type: 'timestamptz' })
  readonly takenUntil!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  readonly expiresAt!: Date;
}
