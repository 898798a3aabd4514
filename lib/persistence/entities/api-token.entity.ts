import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A token by which a machine authenticates. Its secret is not stored. */
@Entity({ schema: 'tasker', name: 'api_tokens', synchronize: false })
export class ApiTokenEntity {
  @PrimaryColumn({ type: 'text' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  /** The user as whom the token acts. */
  @Column({ name: 'user_id', type: 'text' })
  readonly userId!: string;

  @Column({ type: 'text', array: true })
  readonly roles!: readonly string[];

  /** Null for every namespace. */
  @Column({ type: 'text', array: true, nullable: true })
  readonly namespaces!: readonly string[] | null;

  /** The SHA-256 of the secret. */
  @Column({ name: 'secret_hash', type: 'bytea', select: false })
  readonly secretHash!: Buffer;

  /** The SHA-256 of the secret before the latest rotation, which is valid until `previousUntil`. */
  @Column({ name: 'previous_hash', type: 'bytea', nullable: true, select: false })
  readonly previousHash!: Buffer | null;

  @Column({ name: 'previous_until', type: 'timestamptz', nullable: true })
  readonly previousUntil!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;

  @Column({ name: 'created_by', type: 'text' })
  readonly createdBy!: string;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  readonly expiresAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  readonly revokedAt!: Date | null;

  @Column({ name: 'revoked_by', type: 'text', nullable: true })
  readonly revokedBy!: string | null;

  /** Accurate to a minute. */
  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  readonly lastUsedAt!: Date | null;
}
