import { isJsonType } from '../../api/json.type.js';

export const GRAPHQL_TYPE = /^application\/graphql\s*(?:;|$)/i;

/** The request that Fastify passes to a hook. */
interface FastifyRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Makes routes of Mercurius accept only JSON, or a plain query. Apollo refuses forms itself. */
export const jsonOnly = {
  preValidation: (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void => {
    const type = request.headers['content-type'] ?? '';
    if (request.method !== 'POST' || isJsonType(type) || GRAPHQL_TYPE.test(type)) done();
    else done(Object.assign(new Error('A GraphQL request must have a JSON body.'), { statusCode: 415 }));
  },
};
