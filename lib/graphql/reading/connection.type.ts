import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType('PageInfo', { description: 'The neighbours of a page.' })
export class PageInfoType {
  @Field()
  readonly hasNextPage!: boolean;

  @Field()
  readonly hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'For `before`.' })
  readonly startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'For `after`.' })
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

/** The type of pages of something, as Relay has them, and with the nodes for those who need no edges. */
export function connectionTypeOf<Node>(node: Type<Node>, name: string): Type<Connection<Node>> {
  @ObjectType(`${name}Edge`)
  class EdgeType implements Edge<Node> {
    @Field(() => node)
    readonly node!: Node;

    @Field({ description: 'For `after` and `before`.' })
    readonly cursor!: string;
  }

  @ObjectType(`${name}Connection`, { description: 'A page.' })
  class ConnectionType implements Connection<Node> {
    @Field(() => [EdgeType])
    readonly edges!: readonly Edge<Node>[];

    @Field(() => [node], { description: 'The nodes of the edges.' })
    readonly nodes!: readonly Node[];

    @Field(() => PageInfoType)
    readonly pageInfo!: PageInfoType;
  }

  return ConnectionType;
}

/** A page of a reader, whatever is listed. */
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
