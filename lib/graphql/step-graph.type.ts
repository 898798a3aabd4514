import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { StepGraph } from '../insight/step.graph.js';

@ObjectType('StepGraphNode')
export class StepGraphNodeType {
  @Field()
  readonly name!: string;

  @Field(() => Int, { description: 'The length of the longest path from a step without dependencies.' })
  readonly level!: number;

  @Field(() => String, { nullable: true, description: 'The state of the step; null in the graph of a template.' })
  readonly state?: string;
}

@ObjectType('StepGraphEdge')
export class StepGraphEdgeType {
  @Field()
  readonly from!: string;

  @Field()
  readonly to!: string;
}

@ObjectType('StepGraph', { description: 'A graph of the dependencies between steps, which are identified by name.' })
export class StepGraphType implements StepGraph {
  @Field(() => [StepGraphNodeType], { description: 'The steps, in an order in which they can run.' })
  readonly nodes!: readonly StepGraphNodeType[];

  @Field(() => [StepGraphEdgeType])
  readonly edges!: readonly StepGraphEdgeType[];

  @Field(() => [[String]], {
    description: 'The names of the steps by level. The steps of a level can run at the same time.',
  })
  readonly levels!: readonly (readonly string[])[];

  @Field(() => [String])
  readonly roots!: readonly string[];

  @Field(() => [String])
  readonly leaves!: readonly string[];

  @Field(() => [String], { description: 'One of the longest paths through the graph.' })
  readonly longestPath!: readonly string[];
}
