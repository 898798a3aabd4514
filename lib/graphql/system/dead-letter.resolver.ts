import { Args, Query } from '@nestjs/graphql';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import { DeadLetterReader, type DeadLetter } from '../../insight/dead-letter.reader.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { connectionOf, connectionTypeOf, type Connection } from '../reading/connection.type.js';
import { DeadLetterListArgs, listRequest, type AskedList } from '../reading/task-list.args.js';
import { TaskLoaders } from '../reading/task.loaders.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { DeadLetterType } from './dead-letter.types.js';

const DeadLetterConnectionType = connectionTypeOf(DeadLetterType, 'DeadLetter');

/** Tasks that need a person. */
@TaskerResolver()
export class DeadLetterResolver {
  constructor(
    private readonly reader: DeadLetterReader,
    private readonly loaders: TaskLoaders,
  ) {}

  @Query(() => DeadLetterConnectionType, { description: 'A page of the tasks in error, with what would repair them.' })
  @RequirePermission('tasker.task:index')
  async deadLetters(
    @Args({ type: () => DeadLetterListArgs }) asked: AskedList,
    @CurrentExecution() execution: Execution,
  ): Promise<Connection<DeadLetter>> {
    const page = await this.reader.list(listRequest(asked));
    const loader = this.loaders.of(execution);
    page.items.forEach(({ letter }) => loader.know(letter.task));
    return connectionOf(
      page.items.map(({ letter, cursor }) => ({ node: letter, cursor })),
      page,
    );
  }
}
