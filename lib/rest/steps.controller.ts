import { Inject } from '@nestjs/common';
import { getStepById } from '../api/reading.operations.js';
import { shownStep } from '../auth/part.access.js';
import type { Scoped } from '../auth/scoped.js';
import { StepReader } from '../insight/step.reader.js';
import { Called, type RouteCall } from './route.call.js';
import { Route } from './route.decorator.js';
import { RowId } from './row-id.param.js';
import type { ShownStep } from './workflow-steps.controller.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** Steps by id, for clients that do not know the task. */
@TaskerController('Steps')
export class StepsController {
  constructor(@Inject(StepReader) private readonly steps: Scoped<StepReader>) {}

  @Route(getStepById, { answers: { 200: 'ShownStep', 304: null }, problems: [404] })
  async show(@RowId('id') id: string, @Called() call: RouteCall): Promise<ShownStep | undefined> {
    const step = await this.steps.getById(id, call.grant.scope);
    return call.revised(await shownStep(step, call.grant));
  }
}
