import { Inject, Req, Res } from '@nestjs/common';
import { getStepById } from '../api/reading.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import { shownStep } from '../auth/part.access.js';
import type { Scoped } from '../auth/scoped.js';
import { StepReader } from '../insight/step.reader.js';
import { RevisedAnswer } from './revised.answer.js';
import { Route } from './route.decorator.js';
import { RowId } from './row-id.param.js';
import type { ShownStep } from './workflow-steps.controller.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** Steps by id, for clients that do not know the task. */
@TaskerController('Steps')
export class StepsController {
  constructor(
    @Inject(StepReader) private readonly steps: Scoped<StepReader>,
    private readonly revised: RevisedAnswer,
  ) {}

  @Route(getStepById, { answers: { 200: 'ShownStep', 304: null }, problems: [404] })
  async show(
    @RowId('id') id: string,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<ShownStep | undefined> {
    const step = await this.steps.getById(id, grant.scope);
    return this.revised.of(await shownStep(step, grant), request, response);
  }
}
