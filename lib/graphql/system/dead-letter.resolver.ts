import { Inject } from '@nestjs/common';
import { Args } from '@nestjs/graphql';
import type { Scoped } from '../../auth/scoped.js';
import { DeadLetterReader, type DeadLetter } from '../../insight/dead-letter.reader.js';
import { listDeadLetters } from '../../api/reading.operations.js';
import { CurrentExecution, scopeOf, type Execution } from '../graphql.execution.js';
import { connectionOf, connectionTypeOf, type Connection } from '../reading/connection.type.js';
import { DeadLetterListArgs, listRequest, type AskedList } from '../reading/task-list.args.js';
import { NestedReader } from '../reading/nested.reader.js';
import { OperationQuery } from '../reading/operation.query.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { DeadLetterType } from './dead-letter.types.js';

const DeadLetterConnectionType = connectionTypeOf(DeadLetterType, 'DeadLetter');

/** The tasks that a person must repair. */
@TaskerResolver()
export class DeadLetterResolver {
  constructor(
    @Inject(DeadLetterReader) private readonly reader: Scoped<DeadLetterReader>,
    private readonly nested: NestedReader,
  ) {}

  @OperationQuery(() => DeadLetterConnectionType, listDeadLetters)
  async deadLetters(
    @Args({ type: () => DeadLetterListArgs }) asked: AskedList,
    @CurrentExecution() execution: Execution,
  ): Promise<Connection<DeadLetter>> {
    const page = await this.reader.list(listRequest(asked), scopeOf(execution));
    const edges = page.items.map(({ letter, cursor }) => ({ node: letter, cursor }));
    this.nested.know(
      execution,
      page.items.map(({ letter }) => letter.task),
    );
    return connectionOf(edges, page);
  }
}
