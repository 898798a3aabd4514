import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A chain of the audit log: its last entry, and the last one that was removed from its beginning. */
@Entity({ schema: 'tasker', name: 'audit_chains', synchronize: false })
export class AuditChainEntity {
  /** Empty for the chain of what belongs to no namespace. */
  @PrimaryColumn({ type: 'text' })
  readonly namespace!: string;

  @Column({ type: 'bigint' })
  readonly seq!: string;

  @Column({ type: 'bytea' })
  readonly hash!: Buffer;

  @Column({ name: 'removed_seq', type: 'bigint' })
  readonly removedSeq!: string;

  @Column({ name: 'removed_hash', type: 'bytea' })
  readonly removedHash!: Buffer;

  @Column({ name: 'published_seq', type: 'bigint' })
  readonly publishedSeq!: string;

  /** When the next head may be published. */
  @Column({ name: 'publish_at', type: 'timestamptz' })
  readonly publishAt!: Date;
}
