import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { StepGraph } from '../insight/step.graph.js';

@ObjectType('StepGraphNode')
export class StepGraphNodeType {
  @Field()
  readonly name!: string;

  @Field(() => Int, { description: 'The length of the longest path from a step without dependencies.' })
  readonly level!: number;

  @Field(() => String, { nullable: true, description: 'Null in the graph of a template.' })
  readonly state?: string;
}

@ObjectType('StepGraphEdge')
export class StepGraphEdgeType {
  @Field()
  readonly from!: string;

  @Field()
  readonly to!: string;
}

@ObjectType('StepGraph', { description: 'How steps depend on each other, by their names.' })
export class StepGraphType implements StepGraph {
  @Field(() => [StepGraphNodeType], { description: 'In an order in which they may run.' })
  readonly nodes!: readonly StepGraphNodeType[];

  @Field(() => [StepGraphEdgeType])
  readonly edges!: readonly StepGraphEdgeType[];

  @Field(() => [[String]], { description: 'Steps that may run at the same time, level by level.' })
  readonly levels!: readonly (readonly string[])[];

  @Field(() => [String])
  readonly roots!: readonly string[];

  @Field(() => [String])
  readonly leaves!: readonly string[];

  @Field(() => [String], { description: 'One of the longest paths.' })
  readonly longestPath!: readonly string[];
}
