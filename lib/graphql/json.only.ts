/** What Fastify gives to a hook. */
interface FastifyRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * Routes of Mercurius take JSON only. A form of another site can send other types without the browser asking us first, with our
 * cookies; Apollo refuses that by itself.
 */
export const jsonOnly = {
  preValidation: (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void => {
    const type = request.headers['content-type'] ?? '';
    const isJson = /^application\/(json|graphql|[\w.-]+\+json)\b/i.test(type);
    if (request.method !== 'POST' || isJson) done();
    else done(Object.assign(new Error('GraphQL is asked with a body in JSON.'), { statusCode: 415 }));
  },
};
