import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '../../workflow/json.js';

/** An HTTP request with an idempotency key, and its answer. */
@Entity({ schema: 'tasker', name: 'idempotent_requests', synchronize: false })
export class IdempotentRequestEntity {
  /** The user; empty if the host does not authenticate. */
  @PrimaryColumn({ type: 'text' })
  readonly caller!: string;

  @PrimaryColumn({ type: 'text' })
  readonly key!: string;

  @Column({ type: 'text' })
  readonly fingerprint!: string;

  /** Null if the request has not been answered yet. */
  @Column({ type: 'jsonb', nullable: true })
  readonly answer!: JsonValue;

  @Column({ name: 'taken_until', type: 'timestamptz' })
  readonly takenUntil!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  readonly expiresAt!: Date;
}
