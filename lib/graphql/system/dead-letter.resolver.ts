import { Inject } from '@nestjs/common';
import { Args, Query } from '@nestjs/graphql';
import type { Scoped } from '../../auth/scoped.js';
import { DeadLetterReader, type DeadLetter } from '../../insight/dead-letter.reader.js';
import { Permitted } from '../../api/operation.js';
import { listDeadLetters } from '../../api/reading.operations.js';
import { CurrentExecution, scopeOf, type Execution } from '../graphql.execution.js';
import { connectionOf, connectionTypeOf, type Connection } from '../reading/connection.type.js';
import { DeadLetterListArgs, listRequest, type AskedList } from '../reading/task-list.args.js';
import { NestedAccess } from '../reading/nested.access.js';
import { TaskLoaders } from '../reading/task.loaders.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { DeadLetterType } from './dead-letter.types.js';

const DeadLetterConnectionType = connectionTypeOf(DeadLetterType, 'DeadLetter');

/** The tasks that a person must repair. */
@TaskerResolver()
export class DeadLetterResolver {
  constructor(
    @Inject(DeadLetterReader) private readonly reader: Scoped<DeadLetterReader>,
    private readonly loaders: TaskLoaders,
    private readonly access: NestedAccess,
  ) {}

  @Query(() => DeadLetterConnectionType, {
    description: 'A page of the tasks in error, with the actions that can repair them.',
  })
  @Permitted(listDeadLetters)
  async deadLetters(
    @Args({ type: () => DeadLetterListArgs }) asked: AskedList,
    @CurrentExecution() execution: Execution,
  ): Promise<Connection<DeadLetter>> {
    const page = await this.reader.list(listRequest(asked), scopeOf(execution));
    const loader = this.loaders.of(execution);
    page.items.forEach(({ letter }) => loader.know(letter.task));
    this.access.know(
      execution,
      page.items.map(({ letter }) => letter.task),
    );
    return connectionOf(
      page.items.map(({ letter, cursor }) => ({ node: letter, cursor })),
      page,
    );
  }
}
