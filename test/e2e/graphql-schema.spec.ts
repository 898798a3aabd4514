import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { buildSchema, isObjectType, lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { startGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { read } from '../unit/docs/pages.js';

describe('the GraphQL schema', () => {
  let host: GraphqlHost;
  let schema: GraphQLSchema;
  beforeAll(async () => {
    host = await startGraphqlHost();
    ({ schema } = host.app.get(GraphQLSchemaHost));
  });
  afterAll(() => host.close());

  it('is that of docs/schema.graphql: otherwise run `npm run schemas`', () => {
    expect(printSchema(buildSchema(read('docs/schema.graphql')))).toBe(printSchema(lexicographicSortSchema(schema)));
  });

  it('has for each mutation one input and a payload, named after it', () => {
    for (const { name, args, type } of Object.values(schema.getMutationType()!.getFields())) {
      const title = `${name[0]!.toUpperCase()}${name.slice(1)}`;
      expect(args.map((arg) => `${arg.name}: ${String(arg.type)}`)).toEqual([`input: ${title}Input!`]);
      expect(String(type)).toBe(`${title}Payload!`);
    }
  });

  it('has pages as Relay has them', () => {
    const connections = Object.values(schema.getTypeMap()).filter(({ name }) => name.endsWith('Connection'));
    expect(connections.map(({ name }) => name).toSorted()).toEqual([
      'AuditEntryConnection',
      'DeadLetterConnection',
      'TaskConnection',
    ]);
    for (const connection of connections) {
      expect(isObjectType(connection) && Object.keys(connection.getFields())).toEqual(['edges', 'nodes', 'pageInfo']);
    }
  });
});
