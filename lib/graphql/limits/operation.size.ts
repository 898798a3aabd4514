import {
  getNamedType,
  getNullableType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DocumentNode,
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
import { lengthsOf, USUAL_INTROSPECTION, USUAL_OPERATION } from './introspection.size.js';
import { ASKS_BY_ITSELF, type QueryLimits } from './query.limits.js';
import { QueryLimitError } from './query-limit.error.js';

/** The depth of an operation, and the maximum number of fields of its answer; see `QueryLimits`. */
export interface OperationSize {
  readonly depth: number;
  readonly cost: number;
  /** The size of its introspection, as a multiple of the usual introspection query. */
  readonly introspections: number;
}

/** The parts that the operations of one document have in common. */
export interface MeasuredDocument {
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode | undefined>>;
  readonly schema: GraphQLSchema;
  /** Undefined if they are not known yet; sizes in variables then count as one. */
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** The size of some fields of one selection. */
interface Size {
  readonly depth: number;
  readonly cost: number;
  /** The cost for each element of the page whose length the field above determines. */
  readonly costOfElement: number;
  /** The maximum number of values of an answer about the schema. */
  readonly introspectionCost: number;
}

const NOTHING: Size = { depth: 0, cost: 0, costOfElement: 0, introspectionCost: 0 };
/** Most clients add this field to every selection. */
const TYPE_NAME: Size = { ...NOTHING, cost: 1 };
/** More than any limit. */
const TOO_MUCH: Size = { depth: Infinity, cost: Infinity, costOfElement: 0, introspectionCost: 0 };
/** Deeper nesting exceeds any sensible limit, and would exhaust the stack. */
const DEEPEST = 200;
/** The assumed number of elements of a list that no argument limits. */
const LIST_LENGTH = 10;
/** The cost of a query or mutation, which needs at least one statement. */
const ROOT_COST = 500;
/** The cost of a transaction for one task of a mutation. */
const ACTION_COST = 20;
/** The cost of a JSON value, which may be large. */
const JSON_COST = 10;

/** Measures operations of a document, in time linear in its text, regardless of how often fragments are used. */
export class OperationMeasure {
  /** By fragment, so that each is measured only once. */
  private readonly known = new Map<string, Size>();
  private level = 0;

  constructor(private readonly document: MeasuredDocument) {}

  /** @throws QueryLimitError */
  check(operation: OperationDefinitionNode, limits: Required<QueryLimits>): void {
    const { depth, cost, introspections } = this.sizeOf(operation);
    const { maxDepth, maxCost, maxIntrospections } = limits;
    if (depth > maxDepth) throw new QueryLimitError('maxDepth', depth, maxDepth);
    if (cost > maxCost) throw new QueryLimitError('maxCost', cost, maxCost);
    if (introspections > maxIntrospections) {
      throw new QueryLimitError('maxIntrospections', introspections, maxIntrospections);
    }
  }

  sizeOf({ operation, selectionSet }: OperationDefinitionNode): OperationSize {
    const root = this.document.schema.getRootType(operation) ?? undefined;
    const { depth, cost, costOfElement, introspectionCost } = this.ofSelections(selectionSet, root);
    const introspections = introspectionCost === 0 ? 0 : introspectionCost / usualCostOf(this.document.schema);
    return { depth, cost: cost + times(LIST_LENGTH, costOfElement), introspections: rounded(introspections) };
  }

  /** Returns the maximum number of values about the schema that an operation requests. */
  introspectionCostOf({ operation, selectionSet }: OperationDefinitionNode): number {
    return this.ofSelections(selectionSet, this.document.schema.getRootType(operation) ?? undefined).introspectionCost;
  }

  private ofSelections({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined): Size {
    if (this.level === DEEPEST) return TOO_MUCH;
    this.level += 1;
    const size = selections.map((selection) => this.ofSelection(selection, type)).reduce(sum, NOTHING);
    this.level -= 1;
    return size;
  }

  private ofSelection(selection: SelectionNode, type: GraphQLNamedType | undefined): Size {
    if (selection.kind === Kind.FIELD) return this.ofField(selection, type);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.ofFragment(selection.name.value);
    const condition = selection.typeCondition?.name.value;
    const narrowed = condition === undefined ? type : this.document.schema.getType(condition);
    return this.ofSelections(selection.selectionSet, narrowed);
  }

  private ofField(field: FieldNode, type: GraphQLNamedType | undefined): Size {
    const name = field.name.value;
    if (name === TypeNameMetaFieldDef.name) return TYPE_NAME;
    const about = INTROSPECTION[name];
    if (about) return this.ofIntrospection(field, about);
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    const asked = definition && this.elementsAsked(field, definition, type);
    const below = this.below(field, definition);
    if (type && isIntrospectionType(type)) return this.partOfIntrospection(name, below);
    const own = definition && getNamedType(definition.type).name === 'JSON' ? JSON_COST : 1;
    const cost = own + below.cost + times(asked ?? LIST_LENGTH, below.costOfElement);
    const isList = definition !== undefined && isListType(getNullableType(definition.type));
    const isElement = isList && field.selectionSet !== undefined;
    return {
      depth: 1 + below.depth,
      cost: this.statementCost(type, definition, asked) + (isElement ? 0 : cost),
      costOfElement: isElement ? cost : 0,
      introspectionCost: below.introspectionCost,
    };
  }

  /** Introspection is answered from memory, and nested as deeply as types, which graphql-js limits itself. */
  private ofIntrospection(field: FieldNode, definition: Definition): Size {
    return { ...NOTHING, introspectionCost: 1 + this.below(field, definition).introspectionCost };
  }

  private partOfIntrospection(name: string, { introspectionCost }: Size): Size {
    const length = lengthsOf(this.document.schema)[name] ?? 1;
    return { ...NOTHING, introspectionCost: times(length, 1 + introspectionCost) };
  }

  private below({ selectionSet }: FieldNode, definition: Definition | undefined): Size {
    return selectionSet ? this.ofSelections(selectionSet, definition && getNamedType(definition.type)) : NOTHING;
  }

  /** A fragment that contains itself has no size. */
  private ofFragment(name: string): Size {
    const known = this.known.get(name);
    if (known) return known;
    this.known.set(name, TOO_MUCH);
    const fragment = this.document.fragments[name];
    if (!fragment) return NOTHING;
    const size = this.ofSelections(
      fragment.selectionSet,
      this.document.schema.getType(fragment.typeCondition.name.value),
    );
    this.known.set(name, size);
    return size;
  }

  private elementsAsked(
    field: FieldNode,
    { args }: Definition,
    type: GraphQLNamedType | undefined,
  ): number | undefined {
    const isMutation = type !== undefined && type === this.document.schema.getMutationType();
    return elementsAsked(args, argumentsOf(field, this.document.variables), isMutation);
  }

  private statementCost(type: GraphQLNamedType | undefined, definition: Definition | undefined, asked = 1): number {
    const { schema } = this.document;
    if (type === undefined) return 0;
    if (type === schema.getMutationType()) return ROOT_COST + asked * ACTION_COST;
    return type === schema.getQueryType() || definition?.extensions[ASKS_BY_ITSELF] === true ? ROOT_COST : 0;
  }
}

type Definition = GraphQLField<unknown, unknown>;

const INTROSPECTION: Readonly<Record<string, Definition | undefined>> = {
  [SchemaMetaFieldDef.name]: SchemaMetaFieldDef,
  [TypeMetaFieldDef.name]: TypeMetaFieldDef,
};

const usualCosts = new WeakMap<GraphQLSchema, number>();

function usualCostOf(schema: GraphQLSchema): number {
  const fragments = fragmentsOf(USUAL_INTROSPECTION);
  const measure = new OperationMeasure({ fragments, schema, variables: undefined });
  const cost = usualCosts.get(schema) ?? measure.introspectionCostOf(USUAL_OPERATION);
  usualCosts.set(schema, cost);
  return cost;
}

export function fragmentsOf({ definitions }: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> {
  return Object.fromEntries(
    definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}

function sum(one: Size, other: Size): Size {
  return {
    depth: Math.max(one.depth, other.depth),
    cost: one.cost + other.cost,
    costOfElement: one.costOfElement + other.costOfElement,
    introspectionCost: one.introspectionCost + other.introspectionCost,
  };
}

function rounded(value: number): number {
  return Math.ceil(value * 100) / 100;
}

/** Multiplies. Zero times infinity is 0 here and not NaN, which would be below every limit. */
function times(count: number, cost: number): number {
  return count === 0 ? 0 : count * cost;
}
