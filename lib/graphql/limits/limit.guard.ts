import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import {
  Kind,
  NoUnusedFragmentsRule,
  OperationTypeNode,
  specifiedRules,
  validate,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { answersWithin } from './answer.budget.js';
import { OperationMeasure } from './operation.size.js';
import { QUERY_LIMITS, type QueryLimits } from './query.limits.js';

/**
 * Refuses operations that are too deep or too costly, with the values of their variables. A guard works with every
 * driver and in the schema of a host. Validation rules do not know the variables, and the package cannot add them to a
 * host's API.
 */
@Injectable()
export class LimitGuard implements CanActivate {
  /** By the object of the variables, because each execution has its own. */
  private readonly verdicts = new WeakMap<object, Error | null>();

  constructor(@Inject(QUERY_LIMITS) private readonly limits: Required<QueryLimits>) {}

  canActivate(context: ExecutionContext): boolean {
    const info = context.getArgByIndex<GraphQLResolveInfo>(3);
    answersWithin(info.schema, this.limits.maxAnswerBytes);
    let verdict = this.verdicts.get(info.variableValues);
    if (verdict === undefined) {
      verdict = this.judge(info);
      this.verdicts.set(info.variableValues, verdict);
    }
    if (verdict) throw verdict;
    return true;
  }

  private judge({ operation, fragments, schema, variableValues }: GraphQLResolveInfo): Error | null {
    try {
      new OperationMeasure({ fragments, schema, variables: variableValues }).check(operation, this.limits);
      return operation.operation === OperationTypeNode.SUBSCRIPTION ? faultOf(schema, operation, fragments) : null;
    } catch (error) {
      return error as Error;
    }
  }
}

/** Mercurius does not validate subscriptions: for one with two fields, only the guard of the first would be called. */
function faultOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: GraphQLResolveInfo['fragments'],
): Error | null {
  const document = { kind: Kind.DOCUMENT, definitions: [operation, ...Object.values(fragments)] } as const;
  return validate(schema, document, RULES)[0] ?? null;
}

/** A fragment may belong to another operation of the same document. */
const RULES = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);
