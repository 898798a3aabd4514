import { UseFilters, UseGuards } from '@nestjs/common';
import { Args, Context, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { startedBy } from '../auth/caller.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import { TaskerGuard } from '../auth/tasker.guard.js';
import type { StartTaskRequest } from '../engine/tasks/task.request.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { TaskReader, type TaskDetails } from '../insight/task.reader.js';
import { GraphqlErrorFilter } from './graphql-error.filter.js';
import { StartTaskInput } from './start-task.input.js';
import { TaskType } from './task.type.js';

/** Starts and shows tasks. */
@Resolver(() => TaskType)
@UseFilters(GraphqlErrorFilter)
@UseGuards(TaskerGuard)
export class TaskResolver {
  constructor(
    private readonly tasks: TaskService,
    private readonly reader: TaskReader,
  ) {}

  @Query(() => TaskType, { nullable: true, description: 'One task with its steps, or null when there is none.' })
  @RequirePermission('tasker.task:show')
  task(@Args('id', { type: () => ID }) id: string): Promise<TaskDetails | null> {
    return this.reader.find(id);
  }

  // The parameter is not declared by its class: a global ValidationPipe of the host would empty it for lack of rules.
  @Mutation(() => TaskType, { description: 'Starts a task.' })
  @RequirePermission('tasker.task:create')
  async startTask(
    @Args('input', { type: () => StartTaskInput }) input: Readonly<Record<string, unknown>>,
    @Context() { req }: { readonly req?: unknown },
  ): Promise<TaskDetails> {
    const request = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
    // GraphQL has checked the fields and their types; what values are allowed is the engine's to say.
    const { id } = await this.tasks.start(startedBy(req, request as unknown as StartTaskRequest));
    return this.reader.get(id);
  }
}
