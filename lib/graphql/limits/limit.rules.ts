import type { ASTNode, ValidationRule } from 'graphql';
import { checkDocument } from './document.size.js';
import { refusalOf, refusedAs } from './limit.refusal.js';
import { fragmentsOf, OperationMeasure } from './operation.size.js';
import { completeLimits, type QueryLimits } from './query.limits.js';

/**
 * Makes validation rules that refuse GraphQL operations that are too large, too deep or too costly. The values of variables are known
 * later; the queries and mutations of the package then check them.
 *
 * @example
 * ```ts
 * GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, validationRules: limitRules() });
 * ```
 * @throws InvalidOptionsError
 */
export function limitRules(limits: QueryLimits = {}): ValidationRule[] {
  const complete = completeLimits(limits);
  return [
    (context) => {
      const fragments = fragmentsOf(context.getDocument());
      const measure = new OperationMeasure({ fragments, schema: context.getSchema(), variables: undefined });
      const reporting = (node: ASTNode, check: () => void): void => {
        const refusal = refusalOf(check);
        if (refusal) context.reportError(refusedAs(refusal, node));
      };
      return {
        Document(document) {
          reporting(document, () => checkDocument(document, complete));
        },
        OperationDefinition(operation) {
          reporting(operation, () => measure.check(operation, complete));
          return false;
        },
        FragmentDefinition: () => false,
      };
    },
  ];
}
