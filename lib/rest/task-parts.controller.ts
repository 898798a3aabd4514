import { Inject } from '@nestjs/common';
import { annotateTask } from '../api/change.operations.js';
import type { AnnotateInput } from '../api/inputs.js';
import { getAnnotations, getGraph, getTransitions } from '../api/reading.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import { shownTask, type Withholding } from '../auth/part.access.js';
import type { Scoped } from '../auth/scoped.js';
import { RecordService } from '../engine/tasks/record.service.js';
import { dotOf, graphOf, mermaidOf, type StepGraph } from '../insight/step.graph.js';
import { TaskReader, type AnnotationDetails, type TransitionDetails } from '../insight/task.reader.js';
import { mustBeOneOf } from '../workflow/input.wording.js';
import { QueryBy, type QueryOf } from './query.pipe.js';
import { InvalidQueryError } from './rest.errors.js';
import { Called, type RouteCall } from './route.call.js';
import { BodyOf, Route } from './route.decorator.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

const FORMATS = ['json', 'mermaid', 'dot'] as const;
const GRAPH_QUERY = {
  format: { kind: 'text', description: 'The format of the graph. If omitted, `json`.', values: FORMATS },
} as const;

export interface TransitionListDocument extends Withholding {
  readonly transitions: readonly TransitionDetails[];
}

export interface AnnotationListDocument {
  readonly annotations: readonly AnnotationDetails[];
}

/** The history, the annotations and the graph of a task. */
@TaskerController('Tasks')
export class TaskPartsController {
  constructor(
    @Inject(TaskReader) private readonly reader: Scoped<TaskReader>,
    private readonly records: RecordService,
  ) {}

  @Route(getTransitions, { answers: { 200: 'TransitionListDocument' }, problems: [404] })
  async transitions(@RowId('id') id: string, @Granted() grant: Grant): Promise<TransitionListDocument> {
    const task = await this.reader.getParts(id, ['transitions'], null, grant.scope);
    const { transitions = [], withheld } = await shownTask(task, grant);
    return { transitions, ...(withheld && { withheld }) };
  }

  @Route(getAnnotations, { answers: { 200: 'AnnotationListDocument' }, problems: [404] })
  async annotations(@RowId('id') id: string, @Granted() { scope }: Grant): Promise<AnnotationListDocument> {
    const { annotations } = await this.reader.getParts(id, ['annotations'], null, scope);
    return { annotations };
  }

  @Route(annotateTask, { answers: { 201: 'AnnotationDetails' }, problems: [404, 409] })
  async annotate(
    @RowId('id') id: string,
    @BodyOf(annotateTask) { type, annotation = null }: AnnotateInput,
    @Granted() { scope }: Grant,
  ): Promise<AnnotationDetails> {
    const added = await this.records.annotate(id, type, annotation);
    const { annotations } = await this.reader.getParts(id, ['annotations'], null, scope);
    return annotations.find((each) => each.id === added)!;
  }

  @Route(getGraph, {
    answers: {
      200: {
        schema: 'StepGraph',
        media: { 'text/plain': { description: 'The source of a drawing, for Mermaid or Graphviz.' } },
      },
    },
    problems: [404],
  })
  async graph(
    @RowId('id') id: string,
    @QueryBy(GRAPH_QUERY) { format = 'json' }: QueryOf<typeof GRAPH_QUERY>,
    @Called() call: RouteCall,
  ): Promise<StepGraph | string> {
    const isFormat = (FORMATS as readonly string[]).includes(format);
    if (!isFormat) throw new InvalidQueryError([{ pointer: '/format', message: mustBeOneOf(FORMATS) }]);
    const { steps } = await this.reader.getParts(id, ['steps'], null, call.grant.scope);
    const graph = graphOf(steps);
    if (format === 'json') return graph;
    call.header('Content-Type', 'text/plain; charset=utf-8');
    return format === 'dot' ? dotOf(graph) : mermaidOf(graph);
  }
}
