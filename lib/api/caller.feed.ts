import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import { ChangeFeed } from '../live/change.feed.js';
import type { ChangeFilter } from '../live/change.filter.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { errorText } from '../workflow/error.text.js';
import { CallerStream } from './caller.stream.js';

/** Follows changes for callers of REST and GraphQL, within the scope of the user and while access is permitted. */
@Injectable()
export class CallerFeed {
  private readonly logger = new Logger('TaskerAuth');
  private isTroubled = false;

  constructor(
    @Inject(ChangeFeed) private readonly feed: Scoped<ChangeFeed>,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * @param signal closes the stream when it aborts
   * @throws as `ChangeFeed.follow()`
   */
  async follow(
    grant: Grant,
    filter: ChangeFilter,
    after: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<CallerStream> {
    const { access, scope } = grant;
    const changes = await this.feed.follow(filter, after, signal, scope, access.user?.id);
    const stream = new CallerStream(changes, grant, this.options.live.accessCheckIntervalMs, (trouble) =>
      this.tell(trouble),
    );
    if (access.mayChange) stream.watch();
    return stream;
  }

  /**
   * Checks a request to follow changes, without following them.
   * @throws as `ChangeFeed.check()`
   */
  async check({ scope }: Grant, filter: ChangeFilter, after: string | undefined): Promise<void> {
    await this.feed.check(filter, after, scope);
  }

  /** Many streams fail at the same time, so only the first failure is logged. */
  private tell(trouble: unknown): void {
    if (trouble !== null && !this.isTroubled) {
      const message =
        'Failed to ask whether a listener may go on; nothing is sent to it until that succeeds. Will retry.';
      this.logger.error(message, errorText(trouble));
    }
    this.isTroubled = trouble !== null;
  }
}
