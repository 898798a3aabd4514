import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../workflow/json.js';
import { Database } from './database.js';
import { iso } from './instant.text.js';

/** A webhook as it is stored, without its secret. */
export interface StoredWebhook {
  readonly id: string;
  readonly url: string;
  readonly filter: JsonObject;
  readonly description: string | null;
  readonly isEnabled: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface NewStoredWebhook extends Pick<StoredWebhook, 'url' | 'filter' | 'description' | 'isEnabled'> {
  readonly secret: string;
  /** The tasks whose changes the webhook may receive, as a `TaskScope` in canonical form; null for every task. */
  readonly scope: JsonObject | null;
}

/** The size of a webhook without its texts, in bytes: fields, id and instants. */
export const WEBHOOK_BYTES = 512;

/** Stores webhooks. */
@Injectable()
export class WebhookGateway {
  constructor(private readonly database: Database) {}

  /** Creates a webhook, and returns its id. */
  create({ url, secret, filter, description, isEnabled, scope }: NewStoredWebhook): Promise<string> {
    const parameters = [url, secret, JSON.stringify(filter), description, isEnabled, textOf(scope)];
    return this.database.call('create_webhook', parameters);
  }

  /** Changes a webhook. Returns whether it exists, as `remove` and `setSecret` do. */
  change(id: string, changes: Partial<Omit<NewStoredWebhook, 'secret' | 'scope'>>): Promise<boolean> {
    return this.database.call('change_webhook', [id, JSON.stringify(changes)]);
  }

  /**
   * Returns the size of all webhooks in bytes of JSON; a little more than the answer of `list`.
   * @param without the webhook to leave out
   */
  async bytesOfAll(without: string | null): Promise<number> {
    const [row] = await this.database.query<{ bytes: number }>(
      `select coalesce(sum(
         ${WEBHOOK_BYTES} + octet_length(to_json(w.url)::text) + octet_length(w.filter::text)
           + coalesce(octet_length(to_json(w.description)::text), 0) + coalesce(octet_length(w.scope::text), 0)
       ), 0)::double precision as bytes
       from __schema__.webhooks w where w.webhook_id is distinct from $1::bigint`,
      [without],
    );
    return row!.bytes;
  }

  remove(id: string): Promise<boolean> {
    return this.database.call('remove_webhook', [id]);
  }

  async setSecret(id: string, secret: string): Promise<boolean> {
    const [row] = await this.database.query<{ count: number }>(
      `with changed as (
         update __schema__.webhooks set secret = $2, updated_at = now() where webhook_id = $1 returning 1
       )
       select count(*)::integer as count from changed`,
      [id, secret],
    );
    return row!.count > 0;
  }

  /**
   * @param id null for all webhooks, the oldest first
   * @param scope selects webhooks that were created with this scope; null for all
   * @throws AnswerTooLargeError
   */
  async list(id: string | null, scope: JsonObject | null): Promise<readonly StoredWebhook[]> {
    const rows = await this.database.queryWhole<{ webhook: StoredWebhook }>(
      `select json_build_object(
         'id', w.webhook_id::text, 'url', w.url, 'filter', w.filter, 'description', w.description,
         'isEnabled', w.is_enabled, 'createdAt', ${iso('w.created_at')}, 'updatedAt', ${iso('w.updated_at')}
       ) as webhook
       from __schema__.webhooks w
       where ($1::bigint is null or w.webhook_id = $1) and ($2::jsonb is null or w.scope = $2::jsonb)
       order by w.webhook_id`,
      [id, textOf(scope)],
    );
    return rows.map(({ webhook }) => webhook);
  }
}

const textOf = (json: JsonObject | null): string | null => json && JSON.stringify(json);
