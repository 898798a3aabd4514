import type { Type } from '@nestjs/common';
import { Field, ID, InputType, Int, type ReturnTypeFunc } from '@nestjs/graphql';
import { inputFields, type InputClass } from '../../workflow/input.fields.js';
import type { InputKind } from '../../workflow/input.kinds.js';
import { JsonScalar } from '../json.scalar.js';

/** The fields that inputs of GraphQL inherit. */
const INHERITED: readonly string[] = ['actor', 'reason'];

/** The GraphQL input of this name: the fields of `parent`, and those that were declared for the operation. */
export function inputTypeOf<Parent extends object>(
  name: string,
  parent: Type<Parent>,
  input: InputClass,
): Type<Parent> {
  const type = classNamed(name, parent);
  for (const { name: field, kind, isRequired, description } of inputFields(input)) {
    if (INHERITED.includes(field)) continue;
    Field(typeOf(kind), { nullable: !isRequired, description })(type.prototype as object, field);
  }
  InputType(name)(type);
  return type;
}

/** A class that differs from its parent by its name only: GraphQL tells types apart by their classes. */
export function classNamed<Parent extends object>(name: string, parent: Type<Parent>): Type<Parent> {
  const made = class extends (parent as Type<object>) {};
  Object.defineProperty(made, 'name', { value: name });
  return made as Type<Parent>;
}

function typeOf({ schema, isId }: InputKind): ReturnTypeFunc {
  if (isId) return () => ID;
  switch ([schema.type].flat()[0]) {
    case 'array':
      return () => [String];
    case 'integer':
      return () => Int;
    case 'boolean':
      return () => Boolean;
    case 'string':
      return () => String;
    default:
      return () => JsonScalar;
  }
}
