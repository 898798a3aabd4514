import type { Server } from 'node:http';
import request from 'supertest';

/** What a GraphQL server answers; tests know the shape of what they asked for. */
export interface GraphqlAnswer {
  readonly data: any;
  readonly errors?: readonly { readonly message: string; readonly path?: string[]; readonly extensions: any }[];
}

export interface GraphqlClient {
  /** Answers data and errors of one operation, for the user if one is named. */
  ask(query: string, variables?: object, user?: string): Promise<GraphqlAnswer>;
  /** The data of one that has no errors. */
  read(query: string, variables?: object, user?: string): Promise<any>;
  /** The payload of the only mutation in it. */
  mutate(name: string, input: object, selection: string, user?: string): Promise<any>;
  /** The answer to any body; text goes as it is. */
  raw(body: object | string): request.Test;
}

/** Speaks GraphQL over HTTP. */
export function graphqlClient(http: Server, path = '/graphql'): GraphqlClient {
  const ask = async (query: string, variables: object = {}, user = 'pete'): Promise<GraphqlAnswer> =>
    (await request(http).post(path).set('user', user).send({ query, variables })).body as GraphqlAnswer;
  const read = async (query: string, variables: object = {}, user = 'pete'): Promise<any> => {
    const { data, errors } = await ask(query, variables, user);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  return {
    ask,
    read,
    mutate: async (name, input, selection, user) => {
      const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
      const query = `mutation ($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { field code message } } }`;
      return (await read(query, { input }, user))[name];
    },
    raw: (body) => request(http).post(path).type('json').send(body),
  };
}
