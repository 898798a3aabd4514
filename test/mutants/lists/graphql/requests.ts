import type { MutantsOfFile } from '../../mutant.js';
import {
  e2eReadingBudget,
  graphql,
  graphqlAccess,
  graphqlAnswers,
  graphqlCorrelation,
  graphqlError,
  graphqlFloods,
  graphqlLists,
  graphqlMutations,
  userError,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/graphql/reading/nested.access.ts',
    tests: [graphqlAccess],
    mutants: [
      {
        mistake: 'does not ask about the task of a field',
        find: 'return access.requireNamed(permission, { ...subject, ...named, id });',
        replace: 'return access.requireNamed(permission, subject);',
      },
    ],
  },
  {
    file: 'lib/graphql/mutations/mutation.runner.ts',
    tests: [graphqlMutations],
    mutants: [
      {
        mistake: 'takes the same input of another mutation for the same request',
        find: 'JSON.stringify([name, values])',
        replace: 'JSON.stringify([values])',
      },
      {
        mistake: 'takes a repetition with a name of its own for another request',
        find: 'const { requestKey = null, clientMutationId: _, ...values } = input;',
        replace: 'const { requestKey = null, ...values } = input;',
      },
      {
        mistake: 'shows a task as it was before it was changed',
        find: 'this.loaders.fresh(execution);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/graphql/limits/operation.size.ts',
    tests: [graphql],
    mutants: [
      {
        mistake: 'counts a fragment the same under every page',
        find: 'times(asked ?? LIST_LENGTH, below.costOfElement)',
        replace: 'times(LIST_LENGTH, below.costOfElement)',
      },
    ],
  },
  {
    file: 'lib/graphql/http/form.guard.ts',
    tests: [graphqlAnswers],
    mutants: [
      {
        mistake: 'takes mutations from forms',
        find: 'return !isJsonType(type) && !GRAPHQL_TYPE.test(type);',
        replace: 'return false;',
      },
      {
        mistake: 'refuses queries as well',
        find: 'if (operation.operation !== OperationTypeNode.MUTATION) return true;',
        replace: 'void operation;',
      },
      {
        mistake: 'believes the host what its request is',
        find: '[shared.reply?.request, shared.request, shared.req]',
        replace: '[shared.req]',
      },
      {
        mistake: 'takes mutations over a socket that a page of another site opened',
        find: 'if (!isWelcome(request, [])) throw',
        replace: 'if (!isWelcome(request, [String(headers.origin)])) throw',
      },
    ],
  },
  {
    file: 'lib/graphql/http/answer.names.ts',
    tests: [graphqlCorrelation],
    mutants: [
      {
        mistake: 'names no answer that Fastify gives before an operation begins',
        find: 'isOurs ? correlationIdOf(request) : knownCorrelationIdOf(request)',
        replace: 'isOurs ? knownCorrelationIdOf(request) : knownCorrelationIdOf(request)',
      },
      {
        mistake: 'names no answer that Express gives before an operation begins',
        find: 'response.setHeader(CORRELATION_HEADER, correlationIdOf(request));',
        replace: 'void [response, request];',
      },
    ],
  },
  {
    file: 'lib/graphql/http/correlation.interceptor.ts',
    tests: [graphqlCorrelation],
    mutants: [
      {
        mistake: 'names no answer of the API of a host on Express',
        find: 'res.setHeader(CORRELATION_HEADER, id);',
        replace: 'void id;',
      },
    ],
  },
  {
    file: 'lib/graphql/http/mercurius.hooks.ts',
    tests: [graphqlAnswers],
    mutants: [
      {
        mistake: 'lets Mercurius fail where no operation is meant',
        find: 'checkOperation({ source, context }, limits);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/graphql/http/mercurius.hooks.ts',
    tests: [graphqlFloods],
    mutants: [
      {
        mistake: 'takes documents that are parsed already',
        find: 'if (JSON_OBJECT.test(source))',
        replace: 'if (source === null)',
      },
    ],
  },
  {
    file: 'lib/graphql/error.size.ts',
    tests: [graphqlFloods],
    mutants: [
      {
        mistake: 'tells all of a message',
        find: 'if (message.length <= LONGEST_MESSAGE)',
        replace: 'if (message.length > 0)',
      },
      {
        mistake: 'tells all errors',
        find: 'errors.slice(0, MOST_ERRORS)',
        replace: 'errors',
      },
    ],
  },
  {
    file: 'lib/graphql/mutations/action.runner.ts',
    tests: [graphqlAccess],
    mutants: [
      {
        mistake: 'asks about the task for a step',
        find: 'execution, { taskId, step }',
        replace: 'execution, { taskId }',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/socket.request.ts',
    tests: [graphql],
    mutants: [
      {
        mistake: 'lets pages of another port connect',
        find: 'new URL(origin).host === host',
        replace: "new URL(origin).hostname === host?.split(':')[0]",
      },
      {
        mistake: 'takes the word of a client over the header of its request',
        find: 'headers.authorization ??= ',
        replace: 'headers.authorization = ',
      },
    ],
  },
  {
    file: 'lib/graphql/limits/asked.elements.ts',
    tests: [graphql],
    mutants: [{ mistake: 'counts the smaller of two sizes', find: 'Math.max(...said)', replace: 'Math.min(...said)' }],
  },
  {
    file: 'lib/graphql/mutations/user.error.ts',
    tests: [userError],
    mutants: [
      {
        mistake: 'does not say when what was refused may succeed',
        find: `return [{ field: found ? [...below, ...found] : null, code, message, retryAfterSeconds }];`,
        replace: `return [{ field: found ? [...below, ...found] : null, code, message, retryAfterSeconds: null }];`,
      },
    ],
  },
  {
    file: 'lib/graphql/graphql.error.ts',
    tests: [graphqlError],
    mutants: [
      {
        mistake: 'hides what a guard of the host says',
        find: 'error instanceof GraphQLError || error instanceof HttpException',
        replace: 'error instanceof GraphQLError',
      },
      {
        mistake: 'tells what went wrong on our side',
        find: 'logger.error(`Failed to answer ${named}.`, errorText(error));',
        replace: `if (error instanceof Error) return error;`,
      },
      {
        mistake: 'points into the context where the input is meant',
        find: 'pointer: `/context${pointer}`',
        replace: 'pointer',
      },
    ],
  },
  {
    file: 'lib/graphql/reading/connection.type.ts',
    tests: [graphqlLists],
    mutants: [
      {
        mistake: 'goes on from the first of a page',
        find: 'endCursor: edges.at(-1)?.cursor',
        replace: 'endCursor: edges.at(0)?.cursor',
      },
    ],
  },
  {
    file: 'lib/graphql/reading/task-list.args.ts',
    tests: [graphqlLists],
    mutants: [
      {
        mistake: 'begins at the end of the list where a cursor says where',
        find: '...(fromEnd && before === undefined && { fromEnd }),',
        replace: '...(fromEnd && { fromEnd }),',
      },
      {
        mistake: 'takes null for a value',
        find: '} = given(asked);',
        replace: '} = asked as never as ReturnType<typeof given<AskedList>>;',
      },
    ],
  },
  {
    file: 'lib/graphql/task.resolver.ts',
    tests: [e2eReadingBudget],
    mutants: [
      {
        mistake: 'does not look whether the error of a step was left out',
        find: ' && !isOmitted(found.error?.context)',
        replace: '',
      },
    ],
  },
];
