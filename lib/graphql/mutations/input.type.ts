import type { Type } from '@nestjs/common';
import { Field, ID, InputType, Int, type InputTypeOptions, type ReturnTypeFunc } from '@nestjs/graphql';
import { inputFields, type InputClass } from '../../workflow/input.fields.js';
import type { InputKind } from '../../workflow/input.kinds.js';
import { JsonScalar } from '../json.scalar.js';
import { OperatorInput } from './mutation.input.js';

/** What `OperatorInput` has already. */
const OF_OPERATOR: readonly string[] = ['actor', 'reason'];

/** The GraphQL input of this name: the fields of `parent`, and those that were declared for the operation. */
export function inputTypeOf<Parent extends object>(
  name: string,
  parent: Type<Parent>,
  input: InputClass,
  options: InputTypeOptions = {},
): Type<Parent> {
  const type = classNamed(name, parent);
  const inherited = parent.prototype instanceof OperatorInput ? OF_OPERATOR : [];
  for (const { name: field, kind, isRequired, description } of inputFields(input)) {
    if (inherited.includes(field)) continue;
    Field(typeOf(kind), { nullable: !isRequired, description })(type.prototype as object, field);
  }
  InputType(name, options)(type);
  return type;
}

/** The input of a change that is made only if nothing else has changed meanwhile. */
export function withRevision<Parent extends object>(type: Type<Parent>, of: 'task' | 'step'): Type<Parent> {
  const description = `The change is made only if the ${of} is still at this revision.`;
  Field(() => String, { nullable: true, description })(type.prototype as object, 'ifRevision');
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
