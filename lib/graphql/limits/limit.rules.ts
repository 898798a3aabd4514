import { GraphQLError, Kind, type FragmentDefinitionNode, type ValidationRule } from 'graphql';
import { checkSize } from './operation.size.js';
import { DEFAULT_LIMITS, type QueryLimits } from './query.limits.js';
import { QueryLimitError } from './query-limit.error.js';

/**
 * Rules for `validationRules` of a GraphQL server, which refuse what is too deep or too costly whatever the variables hold,
 * before any of it is carried out. What the variables hold is known later: our queries and mutations then count by themselves.
 *
 * @example
 * ```ts
 * GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, validationRules: limitRules() });
 * ```
 */
export function limitRules(limits: QueryLimits = {}): ValidationRule[] {
  const complete = { ...DEFAULT_LIMITS, ...limits };
  return [
    (context) => ({
      OperationDefinition(operation) {
        const fragments = Object.fromEntries(
          context
            .getDocument()
            .definitions.filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
            .map((fragment) => [fragment.name.value, fragment]),
        );
        try {
          checkSize({ operation, fragments, schema: context.getSchema(), variables: undefined }, complete);
        } catch (error) {
          if (!(error instanceof QueryLimitError)) throw error;
          const { message, code, limit, asked, allowed } = error;
          const extensions = { code, limit, asked, allowed };
          context.reportError(new GraphQLError(message, { nodes: operation, extensions }));
        }
        return false;
      },
    }),
  ];
}
