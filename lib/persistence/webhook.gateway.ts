import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../workflow/json.js';
import { AuditWriter, type AuditedAct } from './audit.writer.js';
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
  constructor(
    private readonly database: Database,
    private readonly audit: AuditWriter,
  ) {}

  /** Creates a webhook, and returns its id. */
  create({ url, secret, filter, description, isEnabled, scope }: NewStoredWebhook): Promise<string> {
    const parameters = [url, secret, JSON.stringify(filter), description, isEnabled, textOf(scope)];
    const to = shown({ url, filter, description, isEnabled });
    return this.audit.call(act('createWebhook', null, { to }), 'create_webhook', parameters);
  }

  /** Changes a webhook. Returns whether it exists, as `remove` and `setSecret` do. */
  change(
    id: string,
    changes: Partial<Omit<NewStoredWebhook, 'secret' | 'scope'>>,
    before: StoredWebhook,
  ): Promise<boolean> {
    const changed = Object.keys(changes) as (keyof typeof changes)[];
    const [from, to] = [before, changes].map((webhook) => shown(pick(webhook, changed)));
    return this.audit.call(act('changeWebhook', id, { from, to }), 'change_webhook', [id, JSON.stringify(changes)]);
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
    return this.audit.call(act('deleteWebhook', id), 'remove_webhook', [id]);
  }

  setSecret(id: string, secret: string): Promise<boolean> {
    return this.audit.call(act('rotateWebhookSecret', id), 'rotate_webhook_secret', [id, secret]);
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

const act = (operation: string, id: string | null, details?: AuditedAct['details']): AuditedAct => ({
  operation,
  kind: 'webhook',
  id,
  ...(details && { details }),
});

/** Without the path of the URL, which may be a secret. */
function shown({ url, ...others }: Partial<StoredWebhook>): JsonObject {
  return { ...(others as JsonObject), ...(url !== undefined && { host: new URL(url).host }) };
}

function pick<Value extends object>(value: Value, keys: readonly (keyof Value)[]): Partial<Value> {
  return Object.fromEntries(keys.map((key) => [key, value[key]])) as Partial<Value>;
}
