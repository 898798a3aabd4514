import { Get, Req, Res } from '@nestjs/common';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import { StepReader, type StepDocument } from '../insight/step.reader.js';
import { RevisedAnswer } from './revised.answer.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** Steps by their ids alone, for those who do not know the task. */
@TaskerController('workflow_steps')
export class StepsController {
  constructor(
    private readonly steps: StepReader,
    private readonly revised: RevisedAnswer,
  ) {}

  @Get(':id')
  @RequirePermission('tasker.workflow_step:show')
  async show(
    @RowId('id') id: string,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StepDocument | undefined> {
    return this.revised.of(await this.steps.getById(id), request, response);
  }
}
