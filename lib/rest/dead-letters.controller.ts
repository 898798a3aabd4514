import { Inject } from '@nestjs/common';
import { listDeadLetters } from '../api/reading.operations.js';
import type { Scoped } from '../auth/scoped.js';
import { DeadLetterReader, type DeadLetter } from '../insight/dead-letter.reader.js';
import { cursorsOf, type PageCursors } from './page.links.js';
import { QueryBy } from './query.pipe.js';
import { Called, type RouteCall } from './route.call.js';
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
  constructor(@Inject(DeadLetterReader) private readonly reader: Scoped<DeadLetterReader>) {}

  @Route(listDeadLetters, { answers: { 200: 'DeadLetterListDocument' }, problems: [422], isPaged: true })
  async list(@QueryBy(DEAD_LETTER_QUERY) query: ListQuery, @Called() call: RouteCall): Promise<DeadLetterListDocument> {
    const page = await this.reader.list(listRequest(query), call.grant.scope);
    const cursors = cursorsOf(page);
    call.link(cursors);
    return { deadLetters: page.items.map(({ letter }) => letter), page: cursors };
  }
}
