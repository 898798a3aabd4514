import {
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { argumentsOf, elementsAsked } from './asked.elements.js';
import { ASKS_BY_ITSELF, type QueryLimits } from './query.limits.js';
import { QueryLimitError } from './query-limit.error.js';

/** How deeply an operation is nested, and how many fields its answer may have; see `QueryLimits`. */
export interface OperationSize {
  readonly depth: number;
  readonly cost: number;
}

export interface MeasuredOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode | undefined>>;
  readonly schema: GraphQLSchema;
  /** Undefined where they are not known yet: sizes that they hold then count as one. */
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

const NOTHING: OperationSize = { depth: 0, cost: 0 };
/** More than any limit. */
const TOO_MUCH: OperationSize = { depth: Infinity, cost: Infinity };
/** What is nested deeper is refused by any sensible limit, and would exhaust the stack. */
const DEEPEST = 200;
/** Elements of a list that no argument limits. */
const LIST_LENGTH = 10;
/** A statement or more. */
const ROOT_COST = 500;
/** A transaction for one of the tasks that a mutation is about. */
const ACTION_COST = 20;
/** JSON may be large. */
const JSON_COST = 10;

/** @throws QueryLimitError */
export function checkSize(measured: MeasuredOperation, { maxDepth, maxCost }: Required<QueryLimits>): void {
  const { depth, cost } = sizeOf(measured);
  if (depth > maxDepth) throw new QueryLimitError('maxDepth', depth, maxDepth);
  if (cost > maxCost) throw new QueryLimitError('maxCost', cost, maxCost);
}

export function sizeOf(measured: MeasuredOperation): OperationSize {
  const root = measured.schema.getRootType(measured.operation.operation) ?? undefined;
  return new Measuring(measured).ofSelections(measured.operation.selectionSet, root, undefined);
}

class Measuring {
  /** By fragment and page size, so that fragments in fragments cost no more time than they have text. */
  private readonly known = new Map<string, OperationSize>();
  private level = 0;

  constructor(private readonly measured: MeasuredOperation) {}

  /** @param page how many elements the lists among the selected fields have, where the field above said so */
  ofSelections(
    { selections }: SelectionSetNode,
    type: GraphQLNamedType | undefined,
    page: number | undefined,
  ): OperationSize {
    if (this.level === DEEPEST) return TOO_MUCH;
    this.level += 1;
    const size = selections
      .map((selection) => this.ofSelection(selection, type, page))
      .reduce((sum, { depth, cost }) => ({ depth: Math.max(sum.depth, depth), cost: sum.cost + cost }), NOTHING);
    this.level -= 1;
    return size;
  }

  private ofSelection(
    selection: SelectionNode,
    type: GraphQLNamedType | undefined,
    page: number | undefined,
  ): OperationSize {
    if (selection.kind === Kind.FIELD) return this.ofField(selection, type, page);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.ofFragment(selection.name.value, page);
    const condition = selection.typeCondition?.name.value;
    const narrowed = condition === undefined ? type : this.measured.schema.getType(condition);
    return this.ofSelections(selection.selectionSet, narrowed, page);
  }

  private ofField(field: FieldNode, type: GraphQLNamedType | undefined, page: number | undefined): OperationSize {
    const name = field.name.value;
    // What is about the schema itself is answered from memory.
    if (name.startsWith('__')) return NOTHING;
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    const isMutation = type !== undefined && type === this.measured.schema.getMutationType();
    const asked = definition && elementsAsked(definition.args, argumentsOf(field, this.measured.variables), isMutation);
    const below = field.selectionSet
      ? this.ofSelections(field.selectionSet, definition && getNamedType(definition.type), asked)
      : NOTHING;
    const isList = definition !== undefined && isListType(getNullableType(definition.type));
    const times = isList && field.selectionSet ? (page ?? LIST_LENGTH) : 1;
    const own = definition && getNamedType(definition.type).name === 'JSON' ? JSON_COST : 1;
    return { depth: 1 + below.depth, cost: this.statementCost(type, definition, asked) + times * (own + below.cost) };
  }

  /** One that holds itself has no size. */
  private ofFragment(name: string, page: number | undefined): OperationSize {
    const key = `${name} ${page ?? ''}`;
    const known = this.known.get(key);
    if (known) return known;
    this.known.set(key, TOO_MUCH);
    const fragment = this.measured.fragments[name];
    if (!fragment) return NOTHING;
    const type = this.measured.schema.getType(fragment.typeCondition.name.value);
    const size = this.ofSelections(fragment.selectionSet, type, page);
    this.known.set(key, size);
    return size;
  }

  private statementCost(
    type: GraphQLNamedType | undefined,
    definition: GraphQLField<unknown, unknown> | undefined,
    asked = 1,
  ): number {
    const { schema } = this.measured;
    if (type === undefined) return 0;
    if (type === schema.getMutationType()) return ROOT_COST + asked * ACTION_COST;
    return type === schema.getQueryType() || definition?.extensions[ASKS_BY_ITSELF] === true ? ROOT_COST : 0;
  }
}
