import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AuditFace, AuditKind, AuditOutcome } from '../../workflow/audit.entry.js';
import type { JsonObject } from '../../workflow/json.js';

/** The columns of an entry of the audit log, sealed or not. */
abstract class AuditEntryColumns {
  @Column({ name: 'occurred_at', type: 'timestamptz' })
  readonly occurredAt!: Date;

  @Column({ type: 'text' })
  readonly operation!: string;

  @Column({ type: 'text', nullable: true })
  readonly permission!: string | null;

  @Column({ type: 'text' })
  readonly face!: AuditFace;

  @Column({ type: 'text', nullable: true })
  readonly actor!: string | null;

  @Column({ type: 'text', nullable: true })
  readonly method!: string | null;

  @Column({ name: 'token_id', type: 'text', nullable: true })
  readonly tokenId!: string | null;

  @Column({ name: 'correlation_id', type: 'text', nullable: true })
  readonly correlationId!: string | null;

  @Column({ name: 'subject_kind', type: 'text' })
  readonly subjectKind!: AuditKind;

  @Column({ name: 'subject_id', type: 'text', nullable: true })
  readonly subjectId!: string | null;

  @Column({ name: 'task_id', type: 'bigint', nullable: true })
  readonly taskId!: string | null;

  @Column({ type: 'text' })
  readonly outcome!: AuditOutcome;

  @Column({ type: 'text', nullable: true })
  readonly code!: string | null;
}

/** An entry of the audit log that is not sealed yet. */
@Entity({ schema: 'tasker', name: 'audit_inbox', synchronize: false })
export class UnsealedAuditEntryEntity extends AuditEntryColumns {
  @PrimaryColumn({ name: 'entry_id', type: 'bigint' })
  readonly id!: string;

  /** Empty for what belongs to no namespace. */
  @Column({ type: 'text' })
  readonly namespace!: string;

  @Column({ type: 'jsonb' })
  readonly details!: JsonObject;
}

/** An entry of the audit log, in the chain of its namespace. */
@Entity({ schema: 'tasker', name: 'audit_log', synchronize: false })
export class AuditEntryEntity extends AuditEntryColumns {
  /** Empty for what belongs to no namespace. */
  @PrimaryColumn({ type: 'text' })
  readonly namespace!: string;

  /** The place in the chain. */
  @PrimaryColumn({ type: 'bigint' })
  readonly seq!: string;

  @Column({ name: 'entry_id', type: 'bigint' })
  readonly id!: string;

  /** Null once they are erased. */
  @Column({ type: 'jsonb', nullable: true })
  readonly details!: JsonObject | null;

  @Column({ name: 'details_salt', type: 'bytea', nullable: true })
  readonly detailsSalt!: Buffer | null;

  @Column({ name: 'details_hash', type: 'bytea' })
  readonly detailsHash!: Buffer;

  @Column({ name: 'previous_hash', type: 'bytea' })
  readonly previousHash!: Buffer;

  @Column({ type: 'bytea' })
  readonly hash!: Buffer;
}
