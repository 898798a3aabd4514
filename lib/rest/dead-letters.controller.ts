import { Inject, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { listDeadLetters } from '../api/reading.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import { targetOf } from '../auth/request.target.js';
import type { Scoped } from '../auth/scoped.js';
import { DeadLetterReader, type DeadLetter } from '../insight/dead-letter.reader.js';
import { cursorsOf, linksOf, type PageCursors } from './page.links.js';
import { QueryBy } from './query.pipe.js';
import { Route } from './route.decorator.js';
import { DEAD_LETTER_QUERY, listRequest, type ListQuery } from './task-list.query.js';
import { TaskerController } from './tasker-controller.decorator.js';

export interface DeadLetterListDocument {
  readonly deadLetters: readonly DeadLetter[];
  readonly page: PageCursors;
}

/** The tasks in error, with the actions that can repair them. */
@TaskerController('Tasks')
export class DeadLettersController {
  constructor(
    @Inject(DeadLetterReader) private readonly reader: Scoped<DeadLetterReader>,
    private readonly host: HttpAdapterHost,
  ) {}

  @Route(listDeadLetters, { answers: { 200: 'DeadLetterListDocument' }, problems: [422], isPaged: true })
  async list(
    @QueryBy(DEAD_LETTER_QUERY) query: ListQuery,
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
