import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { isDataKey } from '../options/data.keys.js';
import { inOwnContext } from '../options/own.context.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import type { DataKey, DataKeyProvider } from '../options/sensitive-data.options.js';
import { withinTime } from '../persistence/time.limit.js';
import { errorText } from '../workflow/error.text.js';
import { DataKeyUnavailableError, InvalidDataKeyError } from './protection.errors.js';

const REFRESH_MS = 60_000;
/** How long a provider may take to answer. */
const PATIENCE_MS = 10_000;

/** The keys of sensitive data, as the host provides them. Those that were read stay in memory. */
@Injectable()
export class KeyRing implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('TaskerSensitiveData');
  private readonly provider: DataKeyProvider | null;
  private readonly known = new Map<string, Promise<DataKey | null>>();
  private latest: DataKey | null = null;
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(TASKER_OPTIONS) { sensitiveData }: Pick<ResolvedOptions, 'sensitiveData'>) {
    this.provider = sensitiveData.keys;
  }

  /** @throws DataKeyUnavailableError, InvalidDataKeyError */
  async onModuleInit(): Promise<void> {
    if (!this.provider) return;
    await this.readCurrent(this.provider);
    // A process that has used no key for long must not use one that may have been removed meanwhile.
    this.timer = inOwnContext(() => setInterval(() => this.current, REFRESH_MS).unref());
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** The key for new values; null if values are not encrypted. Reads it again in the background now and then. */
  get current(): DataKey | null {
    if (this.provider && performance.now() - this.readAt >= REFRESH_MS) this.refresh(this.provider);
    return this.latest;
  }

  /**
   * The key with this id; null if there is none.
   * @throws DataKeyUnavailableError, InvalidDataKeyError
   */
  async find(id: string): Promise<DataKey | null> {
    const asked = this.known.get(id) ?? this.ask(id);
    this.known.set(id, asked);
    try {
      const key = await asked;
      if (key === null) this.known.delete(id); // it may be added
      return key;
    } catch (error) {
      this.known.delete(id);
      throw error;
    }
  }

  private async ask(id: string): Promise<DataKey | null> {
    const { provider } = this;
    const key = provider && (await answerOf(id, () => provider.find(id)));
    return key ? checked(key, `find(${JSON.stringify(id)})`, id) : null;
  }

  private refresh(provider: DataKeyProvider): void {
    this.reading ??= this.readCurrent(provider)
      .catch((error: unknown) => {
        this.readAt = performance.now(); // not again at once
        this.logger.error('The current key cannot be read again; the last one remains in use.', errorText(error));
      })
      .finally(() => (this.reading = undefined));
  }

  private async readCurrent(provider: DataKeyProvider): Promise<void> {
    this.latest = checked(await answerOf(null, () => provider.current()), 'current()');
    this.readAt = performance.now();
    this.known.set(this.latest.id, Promise.resolve(this.latest));
  }
}

/** Others wait for the same answer, and it may come for nobody, so it is asked for in no caller's context. */
async function answerOf<Answer>(keyId: string | null, ask: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    const asked = inOwnContext(async () => ask());
    return await withinTime(asked, PATIENCE_MS, () => {
      throw new Error(`the provider has not answered within ${PATIENCE_MS / 1_000} s`);
    });
  } catch (error) {
    throw new DataKeyUnavailableError(keyId, errorText(error), error);
  }
}

function checked(key: unknown, asked: string, id?: string): DataKey {
  if (isDataKey(key) && (id === undefined || id === key.id)) return key;
  throw new InvalidDataKeyError(asked);
}
