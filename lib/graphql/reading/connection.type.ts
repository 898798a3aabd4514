import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType('PageInfo', { description: 'Whether there are more pages, and the cursors to request them.' })
export class PageInfoType {
  @Field()
  readonly hasNextPage!: boolean;

  @Field()
  readonly hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The value of `before` for the previous page.' })
  readonly startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'The value of `after` for the next page.' })
  readonly endCursor!: string | null;
}

export interface Edge<Node> {
  readonly node: Node;
  readonly cursor: string;
}

export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfoType;
}

/** A connection type as Relay specifies it. It also has the nodes themselves, for clients that need no edges. */
export function connectionTypeOf<Node>(node: Type<Node>, name: string): Type<Connection<Node>> {
  @ObjectType(`${name}Edge`)
  class EdgeType implements Edge<Node> {
    @Field(() => node)
    readonly node!: Node;

    @Field({ description: 'The position of the node, for `after` and `before`.' })
    readonly cursor!: string;
  }

  @ObjectType(`${name}Connection`, { description: 'One page of a list.' })
  class ConnectionType implements Connection<Node> {
    @Field(() => [EdgeType])
    readonly edges!: readonly Edge<Node>[];

    @Field(() => [node], { description: 'The nodes of all edges.' })
    readonly nodes!: readonly Node[];

    @Field(() => PageInfoType)
    readonly pageInfo!: PageInfoType;
  }

  return ConnectionType;
}

/** The part of a reader's page that says whether there are more. */
interface Page {
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

export function connectionOf<Node>(edges: readonly Edge<Node>[], { hasNext, hasPrevious }: Page): Connection<Node> {
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: hasNext,
      hasPreviousPage: hasPrevious,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
