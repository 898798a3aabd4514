import type { GraphQLFormattedError } from 'graphql';
import { shortened } from '../error.size.js';

interface Answer {
  readonly response: {
    readonly body: {
      readonly kind: string;
      readonly singleResult?: { errors?: readonly GraphQLFormattedError[] | undefined };
    };
  };
}

/**
 * Shortens Apollo's errors. Mercurius takes plugins of Fastify in the same option; for it, this plugin does nothing.
 */
export const apolloPlugin = {
  requestDidStart: (): Promise<object> =>
    Promise.resolve({
      willSendResponse: ({ response: { body } }: Answer): Promise<void> => {
        if (body.singleResult?.errors) body.singleResult.errors = shortened(body.singleResult.errors);
        return Promise.resolve();
      },
    }),
  plugin: (): Promise<void> => Promise.resolve(),
};
