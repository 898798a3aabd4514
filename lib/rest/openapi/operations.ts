import type { Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { CONTROLLERS } from '../controllers.js';
import { queryParametersOf, type QueryParameters } from '../query.pipe.js';
import { describedRouteOf, type DescribedRoute } from '../route.decorator.js';
import { tagOf, type Tag } from './tags.js';

/** A route with everything that the document contains about it. */
export interface DescribedOperation extends DescribedRoute {
  readonly query: QueryParameters;
}

/** The operations of a controller, by the names of its methods. */
export interface Operations {
  readonly controller: Type;
  readonly tag: Tag;
  readonly methods: Readonly<Record<string, DescribedOperation>>;
}

/** Every operation below the mount path. A test checks that no method of a controller is missing. */
export const OPERATIONS: readonly Operations[] = CONTROLLERS.map((controller) => ({
  controller,
  tag: tagOf(controller),
  methods: methodsOf(controller.prototype as unknown as Readonly<Record<string, object>>),
}));

function methodsOf(prototype: Readonly<Record<string, object>>): Operations['methods'] {
  const names = new MetadataScanner().getAllMethodNames(prototype);
  return Object.fromEntries(
    names.flatMap((name) => {
      const method = prototype[name]!;
      const route = describedRouteOf(method);
      return route ? [[name, { ...route, query: queryParametersOf(method) }]] : [];
    }),
  );
}
