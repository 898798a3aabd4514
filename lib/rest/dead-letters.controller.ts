import { Get, Inject, Query, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Granted, type Grant } from '../auth/grant.js';
import { targetOf } from '../auth/request.target.js';
import { RequireAlso, RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { DeadLetterReader, type DeadLetter } from '../insight/dead-letter.reader.js';
import { cursorsOf, linksOf, type PageCursors } from './page.links.js';
import { QueryPipe, type QueryOf } from './query.pipe.js';
import { listRequest, TASK_LIST_PARAMETERS } from './task-list.query.js';
import { TaskerController } from './tasker-controller.decorator.js';

const { states: _states, include: _include, ...PARAMETERS } = TASK_LIST_PARAMETERS;

export interface DeadLetterListDocument {
  readonly deadLetters: readonly DeadLetter[];
  readonly page: PageCursors;
}

/** Tasks that need a person, with what is wrong and what would repair it. */
@TaskerController('dead_letters')
export class DeadLettersController {
  constructor(
    @Inject(DeadLetterReader) private readonly reader: Scoped<DeadLetterReader>,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get()
  @RequirePermission('tasker.task:index')
  @RequireAlso(['tasker.workflow_step:index', 'tasker.workflow_step:read_error'])
  async list(
    @Query(new QueryPipe(PARAMETERS)) query: QueryOf<typeof PARAMETERS>,
    @Granted() { scope }: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<DeadLetterListDocument> {
    const page = await this.reader.list(listRequest(query), scope);
    const cursors = cursorsOf(page);
    const links = linksOf(targetOf(this.host.httpAdapter, request).query, cursors);
    if (links !== '') this.host.httpAdapter.setHeader(response, 'Link', links);
    return { deadLetters: page.items.map(({ letter }) => letter), page: cursors };
  }
}
