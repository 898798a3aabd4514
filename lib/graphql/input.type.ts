import type { Type } from '@nestjs/common';
import {
  ArgsType,
  Field,
  ID,
  InputType,
  Int,
  type FieldOptions,
  type InputTypeOptions,
  type ReturnTypeFunc,
} from '@nestjs/graphql';
import { inputFields, type InputClass } from '../workflow/input.fields.js';
import type { InputKind } from '../workflow/input.kinds.js';
import { JsonScalar } from './json.scalar.js';
import { enumNamed } from './state.enums.js';

interface Fields {
  /** Fields that are not added, because `parent` has them or clients must not give them. */
  readonly except?: readonly string[];
  /** The types of fields whose value is an object. */
  readonly objects?: Readonly<Record<string, object>>;
}

/** The GraphQL input of this name: the fields of `parent`, and those of an input of `lib/api`, the engine or a reader. */
export function inputTypeOf<Parent extends object>(
  name: string,
  parent: Type<Parent>,
  input: InputClass,
  { except = [], objects = {}, ...options }: Fields & InputTypeOptions = {},
): Type<Parent> {
  const type = classNamed(name, parent);
  addFields(type, input, { except, objects });
  InputType(name, options)(type);
  return type;
}

/** The arguments of a field: those of `parent`, and the fields of an input. */
export function argsTypeOf<Parent extends object>(
  parent: Type<Parent>,
  input: InputClass,
  fields: Pick<Fields, 'except'> = {},
): Type<Parent> {
  const type = classNamed(`${input.name}Args`, parent);
  addFields(type, input, fields);
  ArgsType()(type);
  return type;
}

/** A class that differs from its parent only by name, because GraphQL distinguishes types by their classes. */
export function classNamed<Parent extends object>(name: string, parent: Type<Parent>): Type<Parent> {
  const made = class extends (parent as Type<object>) {};
  Object.defineProperty(made, 'name', { value: name });
  return made as Type<Parent>;
}

/** The input of a change that can be limited to a revision. */
export function withRevision<Parent extends object>(type: Type<Parent>, of: 'task' | 'step'): Type<Parent> {
  const description = `The change is made only if the ${of} is still at this revision.`;
  Field(() => String, { nullable: true, description })(type.prototype as object, 'ifRevision');
  return type;
}

function addFields(type: Type<object>, input: InputClass, { except = [], objects = {} }: Fields): void {
  for (const { name, kind, isRequired, description } of inputFields(input)) {
    if (except.includes(name)) continue;
    const own = objects[name];
    const options = {
      nullable: !isRequired,
      description: description + boundsOf(kind),
      defaultValue: kind.schema.default,
    } as FieldOptions;
    Field(own ? () => own : typeOf(kind), options)(type.prototype as object, name);
  }
}

/** The bounds as text for the description, because GraphQL has no other place for them. */
function boundsOf({ schema: { minimum, maximum, maxItems } }: InputKind): string {
  if (typeof minimum === 'number' && typeof maximum === 'number') return ` From ${minimum} to ${maximum}.`;
  return typeof maxItems === 'number' ? ` At most ${maxItems}.` : '';
}

function typeOf({ schema, isId, choice }: InputKind): ReturnTypeFunc {
  const isList = [schema.type].flat()[0] === 'array';
  const one = choice ? enumNamed(choice.name) : isId ? ID : isList ? String : scalarOf(schema.type);
  return () => (isList ? [one] : one);
}

function scalarOf(type: unknown): object {
  switch ([type].flat()[0]) {
    case 'integer':
      return Int;
    case 'boolean':
      return Boolean;
    case 'string':
      return String;
    default:
      return JsonScalar;
  }
}
