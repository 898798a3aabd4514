import { getNamedType, isInputObjectType, isNonNullType, type GraphQLField, type GraphQLObjectType } from 'graphql';
import type { Permission } from 'nestjs-tasker';
import { RequireAlso, RequirePermission } from '../../../lib/auth/require-permission.decorator.js';
import { RESOLVERS } from '../../../lib/graphql/resolvers.js';
import { OPERATIONS } from '../../../lib/rest/openapi/operations.js';
import {
  declaredFields,
  declaredPayloadFields,
  declaredRoutes,
  type DeclaredField,
  type DeclaredRoute,
} from '../../../scripts/permissions.mjs';
import { SCHEMA } from './schema.js';
import { SAMPLES, SILENT, stepFor, WAYS, type Sample } from './samples.js';

interface OfEveryRow {
  /** Unique, and what the test is called by. */
  readonly name: string;
  readonly sample: Sample | undefined;
  /** In the order in which they are asked for. */
  readonly needs: readonly Permission[];
  /** Whether it changes anything. */
  readonly changes: boolean;
  /** Whether it names something that a user may not know. */
  readonly names: boolean;
  readonly isStream: boolean;
}

export interface RouteRow extends OfEveryRow {
  readonly face: 'rest';
  readonly id: string;
  readonly verb: DeclaredRoute['verb'];
  readonly path: string;
}

/** A field on the way to the one that a row is about, with all before it. */
export interface Link {
  readonly path: readonly string[];
  readonly needs: readonly Permission[];
}

interface Part {
  readonly path: readonly string[];
  readonly permission: Permission;
  /** Whether it is null without an error. */
  readonly isSilent: boolean;
}

export interface FieldRow extends OfEveryRow {
  readonly face: 'graphql';
  readonly operation: 'query' | 'mutation' | 'subscription';
  /** From the operation to the field itself. */
  readonly chain: readonly [Link, ...Link[]];
  readonly step: string;
  /** Fields of its answer that have a permission of their own. */
  readonly parts: readonly Part[];
}

export type Row = RouteRow | FieldRow;

const marks = { RequirePermission, RequireAlso };
const controllers = OPERATIONS.map(({ controller }) => controller);
const FIELDS = declaredFields({ resolvers: RESOLVERS, marks });
const PAYLOAD_FIELDS = declaredPayloadFields();

const needsOf = ({ permission, also }: Pick<DeclaredField, 'permission' | 'also'>): readonly Permission[] =>
  (permission === null ? [] : [permission, ...also]) as readonly Permission[];

function routeRow(route: DeclaredRoute): RouteRow {
  const { id, verb, path } = route;
  const sample = SAMPLES[id];
  return {
    ...{ face: 'rest', name: `${verb.toUpperCase()} ${path}`, sample, id, verb, path },
    needs: needsOf(route),
    changes: verb !== 'get',
    names: path.includes(':') || sample?.names === true,
    isStream: path.endsWith('/events'),
  };
}

function fieldRow(field: DeclaredField): FieldRow {
  const { type, id } = field;
  const isOperation = type in ROOTS;
  const way = isOperation ? [id] : [...(WAYS[type] ?? [type]), id];
  const [first] = way as [string];
  const root = isOperation ? type : (Object.keys(ROOTS).find((each) => isFieldOf(each, first)) ?? 'Query');
  const operation = root.toLowerCase() as FieldRow['operation'];
  const sample = SAMPLES[first];
  return {
    ...{ face: 'graphql', name: `${type}.${id}`, sample, operation },
    chain: chainOf(root, way),
    needs: needsOf(field),
    changes: operation === 'mutation',
    names: isOperation && (sample?.names === true || namesTask(ROOTS[root]!.getFields()[first])),
    isStream: operation === 'subscription',
    step: stepFor(type, id),
    parts: [
      ...PAYLOAD_FIELDS.filter(({ mutation }) => isOperation && mutation === id).map(({ path, permission }) => ({
        ...{ path: [id, ...path], permission: permission as Permission, isSilent: false },
      })),
      ...Object.entries(SILENT[`${type}.${id}`] ?? {}).map(([name, permission]) => ({
        ...{ path: [...way, name], permission, isSilent: true },
      })),
    ],
  };
}

const ROOTS: Readonly<Record<string, GraphQLObjectType>> = {
  Query: SCHEMA.getQueryType()!,
  Mutation: SCHEMA.getMutationType()!,
  Subscription: SCHEMA.getSubscriptionType()!,
};

function isFieldOf(root: string, name: string): boolean {
  return name in ROOTS[root]!.getFields();
}

function chainOf(root: string, way: readonly string[]): FieldRow['chain'] {
  let type = ROOTS[root];
  const links = way.map((name, index): Link => {
    const owner = type?.name;
    const declared = FIELDS.find((field) => field.type === owner && field.id === name);
    type = getNamedType(type?.getFields()[name]?.type) as GraphQLObjectType | undefined;
    return { path: way.slice(0, index + 1), needs: declared ? needsOf(declared) : [] };
  });
  return links as unknown as FieldRow['chain'];
}

/** Whether one of its arguments must name a task or a template. */
function namesTask(field: GraphQLField<unknown, unknown> | undefined): boolean {
  return (field?.args ?? []).some(({ name, type }) => {
    if (!isNonNullType(type)) return false;
    const input = getNamedType(type);
    return isInputObjectType(input) ? 'taskId' in input.getFields() : name !== 'input';
  });
}

/** Every route, every query, mutation and subscription, and every field that is read on demand. */
export const ROWS: readonly Row[] = [...declaredRoutes({ controllers, marks }).map(routeRow), ...FIELDS.map(fieldRow)];

/** Whether the field has a row of its own. */
export function isDeclared(type: string, field: string): boolean {
  return FIELDS.some((each) => each.type === type && each.id === field);
}

/** Rows that nobody could ask for, by name. */
export function rowsWithoutSample(): readonly string[] {
  const types = [...Object.keys(ROOTS), ...Object.keys(WAYS)];
  const isReached = (row: Row): boolean => row.face === 'rest' || types.includes(row.name.split('.')[0]!);
  return ROWS.filter((row) => row.sample === undefined || !isReached(row)).map(({ name }) => name);
}
