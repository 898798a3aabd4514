import { Body, Get, Inject, Post, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AnnotateInput } from '../api/inputs.js';
import { Granted, type Grant } from '../auth/grant.js';
import { shownTask, type Withholding } from '../auth/part.access.js';
import { RequireAlso, RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { RecordService } from '../engine/tasks/record.service.js';
import { dotOf, graphOf, mermaidOf, type StepGraph } from '../insight/step.graph.js';
import { TaskReader, type AnnotationDetails, type TransitionDetails } from '../insight/task.reader.js';
import { mustBeOneOf } from '../workflow/input.wording.js';
import { BodyPipe } from './body.pipe.js';
import { QueryPipe, type QueryOf } from './query.pipe.js';
import { InvalidQueryError } from './rest.errors.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

const GRAPH_PARAMETERS = { format: 'text' } as const;
const FORMATS = ['json', 'mermaid', 'dot'] as const;

export interface TransitionListDocument extends Withholding {
  readonly transitions: readonly TransitionDetails[];
}

export interface AnnotationListDocument {
  readonly annotations: readonly AnnotationDetails[];
}

/** What belongs to a task. */
@TaskerController('tasks/:id')
export class TaskPartsController {
  constructor(
    @Inject(TaskReader) private readonly reader: Scoped<TaskReader>,
    private readonly records: RecordService,
    private readonly host: HttpAdapterHost,
  ) {}

  /** The history of the task and its steps, in the order in which it happened. */
  @Get('transitions')
  @RequirePermission('tasker.task:show')
  @RequireAlso(['tasker.task:read_transitions'])
  async transitions(@RowId('id') id: string, @Granted() grant: Grant): Promise<TransitionListDocument> {
    const task = await this.reader.getParts(id, ['transitions'], null, grant.scope);
    const { transitions = [], withheld } = await shownTask(task, grant);
    return { transitions, ...(withheld && { withheld }) };
  }

  @Get('annotations')
  @RequirePermission('tasker.task:show')
  @RequireAlso(['tasker.task:read_annotations'])
  async annotations(@RowId('id') id: string, @Granted() { scope }: Grant): Promise<AnnotationListDocument> {
    const { annotations } = await this.reader.getParts(id, ['annotations'], null, scope);
    return { annotations };
  }

  @Post('annotations')
  @RequirePermission('tasker.task:update')
  async annotate(
    @RowId('id') id: string,
    @Body(new BodyPipe(AnnotateInput)) { type, annotation = null }: AnnotateInput,
    @Granted() { scope }: Grant,
  ): Promise<AnnotationDetails> {
    const added = await this.records.annotate(id, type, annotation);
    const { annotations } = await this.reader.getParts(id, ['annotations'], null, scope);
    return annotations.find((each) => each.id === added)!;
  }

  /** The steps as a graph: as JSON, or drawn by Mermaid or Graphviz. */
  @Get('graph')
  @RequirePermission('tasker.task:show')
  @RequireAlso(['tasker.workflow_step:index'])
  async graph(
    @RowId('id') id: string,
    @Query(new QueryPipe(GRAPH_PARAMETERS)) { format = 'json' }: QueryOf<typeof GRAPH_PARAMETERS>,
    @Granted() { scope }: Grant,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StepGraph | string> {
    const isFormat = (FORMATS as readonly string[]).includes(format);
    if (!isFormat) throw new InvalidQueryError([{ pointer: '/format', message: mustBeOneOf(FORMATS) }]);
    const { steps } = await this.reader.getParts(id, ['steps'], null, scope);
    const graph = graphOf(steps);
    if (format === 'json') return graph;
    this.host.httpAdapter.setHeader(response, 'Content-Type', 'text/plain; charset=utf-8');
    return format === 'dot' ? dotOf(graph) : mermaidOf(graph);
  }
}
