/** `docs/permissions.md`: every operation with the permissions that it declares. `npm run schemas` writes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { buildSchema, getNamedType } from 'graphql';
import { format, resolveConfig } from 'prettier';
import { ROOT } from './script.mjs';

export const PERMISSIONS_PAGE = join(ROOT, 'docs/permissions.md');
const OPENAPI = join(ROOT, 'docs/openapi.json');
const SCHEMA = join(ROOT, 'docs/schema.graphql');

/** Of `@nestjs/graphql`. */
const TYPE = 'graphql:resolver_type';
const NAME = 'graphql:resolver_name';
const IS_FIELD = 'graphql:resolve_property';

const INTRODUCTION = `This page lists the permission that each operation needs. Operations with an entry in the column *also* need those permissions
as well, for the same task or step. [Authorization](authorization.md) explains how to grant permissions, and describes the
[special ones](authorization.md#special-permissions). \`npm run schemas\` generates this page from the declarations that are
checked for each request.`;

/** The routes below the mount path, by path and verb. */
export function declaredRoutes({ controllers, marks }) {
  const { paths } = JSON.parse(readFileSync(OPENAPI, 'utf8'));
  const routes = controllers.flatMap((controller) =>
    methodsOf(controller).flatMap((method) => {
      const verb = RequestMethod[Reflect.getMetadata(METHOD_METADATA, method)]?.toLowerCase();
      if (verb === undefined) return [];
      const path = pathOf(controller, method);
      const described = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[verb];
      return [{ id: described?.operationId ?? `${verb} ${path}`, verb, path, ...permissionsOf(method, marks) }];
    }),
  );
  return routes.toSorted((one, other) => order(`${one.path} ${one.verb}`, `${other.path} ${other.verb}`));
}

/** The fields of the GraphQL types that have a method: queries, mutations and subscriptions, and fields that are read on demand. */
export function declaredFields({ resolvers, marks }) {
  const fields = resolvers.flatMap((resolver) =>
    methodsOf(resolver).flatMap((method) => {
      const isField = Reflect.hasMetadata(IS_FIELD, method);
      if (!isField && !Reflect.hasMetadata(TYPE, method)) return [];
      const type = Reflect.getMetadata(TYPE, isField ? resolver : method);
      return { type, id: Reflect.getMetadata(NAME, method) ?? method.name, ...permissionsOf(method, marks) };
    }),
  );
  return fields.toSorted((one, other) => order(`${one.type}.${one.id}`, `${other.type}.${other.id}`));
}

/** The fields of the payloads of mutations that need a permission. They have no method, and their descriptions name the permission. */
export function declaredPayloadFields() {
  const mutations = buildSchema(readFileSync(SCHEMA, 'utf8')).getMutationType().getFields();
  return Object.values(mutations).flatMap(({ name, type }) =>
    guardedBelow(type, []).map((field) => ({ mutation: name, ...field })),
  );
}

function guardedBelow(type, path) {
  const fields = Object.values(getNamedType(type).getFields?.() ?? {});
  return fields.flatMap(({ name, description, type: below }) => {
    const [, permission] = /Needs ([\w.:]+)\./.exec(description ?? '') ?? [];
    return permission ? [{ path: [...path, name], permission }] : guardedBelow(below, [...path, name]);
  });
}

/** The text of the page, as it should be. */
export async function permissionsPage(declarations) {
  const routes = declaredRoutes(declarations);
  const fields = declaredFields(declarations);
  const isOperation = ({ type }) => ['Query', 'Mutation', 'Subscription'].includes(type);
  const ofPayloads = new Map(
    declaredPayloadFields().map(({ path, permission }) => [`\`${path.at(-1)}\` of a mutation`, permission]),
  );
  const text = [
    '# Permissions',
    INTRODUCTION,
    '## REST and server-sent events',
    tableOf(
      ['route', 'permission', 'also'],
      routes.map(({ verb, path, permission, also }) => [
        code(`${verb.toUpperCase()} ${path}`),
        code(permission),
        also.map(code).join(', '),
      ]),
    ),
    '## GraphQL',
    tableOf(
      ['operation', 'permission', 'also'],
      fields
        .filter(isOperation)
        .map(({ type, id, permission, also }) => [
          `${type.toLowerCase()} ${code(id)}`,
          code(permission),
          also.map(code).join(', '),
        ]),
    ),
    '## Fields of GraphQL',
    'A field that is not listed is visible to anyone who may see the object that it belongs to.',
    tableOf(
      ['field', 'permission'],
      [
        ...fields
          .filter((field) => !isOperation(field) && field.permission !== null)
          .map(({ type, id, permission }) => [code(`${type}.${id}`), code(permission)]),
        ...[...ofPayloads].map(([field, permission]) => [field, code(permission)]),
      ],
    ),
  ].join('\n\n');
  return format(text, { ...(await resolveConfig(PERMISSIONS_PAGE)), filepath: PERMISSIONS_PAGE });
}

/** Also those that it inherits. */
function methodsOf({ prototype }) {
  return new MetadataScanner().getAllMethodNames(prototype).map((name) => prototype[name]);
}

function pathOf(controller, method) {
  const parts = [controller, method].flatMap((each) => Reflect.getMetadata(PATH_METADATA, each).split('/'));
  return `/${parts.filter(Boolean).join('/')}`;
}

function permissionsOf(method, { RequirePermission, RequireAlso }) {
  return {
    permission: Reflect.getMetadata(RequirePermission.KEY, method) ?? null,
    also: Reflect.getMetadata(RequireAlso.KEY, method) ?? [],
  };
}

function order(one, other) {
  return one < other ? -1 : 1;
}

function code(text) {
  return text === null ? 'none' : `\`${text}\``;
}

function tableOf(columns, rows) {
  return [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
