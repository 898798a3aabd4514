import { Args, Subscription } from '@nestjs/graphql';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import type { Change } from '../../live/change.js';
import { graphqlErrorOf } from '../graphql.error.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { SocketFeed } from './socket.feed.js';
import { SubscriptionOverHttpError } from './subscription.errors.js';
import { followedBy, StepUpdateArgs, TaskUpdateArgs, type AskedUpdates } from './update.args.js';
import { stepUpdateOf, StepUpdateType, TaskUpdateType } from './update.types.js';

/**
 * The change of an event. GraphQL servers execute a subscription that is sent by POST like a query, which would answer
 * null without an explanation; so that is refused here.
 */
function followed(change: unknown): Change {
  if (typeof change === 'object' && change !== null && 'position' in change) return change as Change;
  throw graphqlErrorOf(new SubscriptionOverHttpError(), null);
}

/** Sends committed changes of all processes. */
@TaskerResolver()
export class UpdateResolver {
  constructor(private readonly feed: SocketFeed) {}

  @Subscription(() => TaskUpdateType, {
    description: 'Transitions of tasks, as they are committed.',
    resolve: followed,
  })
  @RequirePermission('tasker.task:index')
  taskUpdated(
    @Args({ type: () => TaskUpdateArgs }) asked: AskedUpdates,
    @CurrentExecution() execution: Execution,
  ): Promise<AsyncIterableIterator<Change>> {
    const { filter, after } = followedBy(asked, 'task');
    return this.feed.follow(execution, filter, after);
  }

  @Subscription(() => StepUpdateType, {
    description: 'Transitions of steps, as they are committed.',
    resolve: (change: unknown) => stepUpdateOf(followed(change)),
  })
  @RequirePermission('tasker.workflow_step:index')
  stepUpdated(
    @Args({ type: () => StepUpdateArgs }) asked: AskedUpdates,
    @CurrentExecution() execution: Execution,
  ): Promise<AsyncIterableIterator<Change>> {
    const { filter, after } = followedBy(asked, 'step');
    return this.feed.follow(execution, filter, after);
  }
}
