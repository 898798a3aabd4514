import { Parent, Resolver } from '@nestjs/graphql';
import { OwnRoute } from '../auth/own-route.decorator.js';
import { dotOf, mermaidOf, type StepGraph } from '../insight/step.graph.js';
import { PermittedField } from './reading/tasker-field.decorator.js';
import { StepGraphType } from './step-graph.type.js';

/** Draws the graph of the steps of a task or template. */
@Resolver(() => StepGraphType)
@OwnRoute('graphql')
export class StepGraphFieldsResolver {
  @PermittedField(() => String, null, { description: 'The graph as a Mermaid flowchart.' })
  mermaid(@Parent() graph: StepGraph): string {
    return mermaidOf(graph);
  }

  @PermittedField(() => String, null, { description: 'The graph in the DOT language of Graphviz.' })
  dot(@Parent() graph: StepGraph): string {
    return dotOf(graph);
  }
}
