import {
  getIntrospectionQuery,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

/** The introspection query that clients usually send. */
export const USUAL_INTROSPECTION = parse(
  getIntrospectionQuery({
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  }),
);

/** Its only operation. */
export const USUAL_OPERATION = USUAL_INTROSPECTION.definitions.find(
  (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
)!;

/** The average number of values of a field of the introspection, by its name. */
export type Lengths = Readonly<Record<string, number | undefined>>;

/** About half of all types are non-null or a list. */
const OF_TYPE = 0.5;

const known = new WeakMap<GraphQLSchema, Lengths>();

export function lengthsOf(schema: GraphQLSchema): Lengths {
  const lengths = known.get(schema) ?? counted(schema);
  known.set(schema, lengths);
  return lengths;
}

function counted(schema: GraphQLSchema): Lengths {
  const types = Object.values(schema.getTypeMap());
  const directives = schema.getDirectives();
  const fields = types.flatMap(fieldsOf);
  const inputFields = types.flatMap((type) => (isInputObjectType(type) ? Object.values(type.getFields()) : []));
  const values = types.flatMap((type) => (isEnumType(type) ? type.getValues() : []));
  const args = [...fields, ...directives].flatMap((each) => each.args);
  const possible = types.flatMap((type) =>
    isInterfaceType(type) || isUnionType(type) ? schema.getPossibleTypes(type) : [],
  );
  const interfaces = types.flatMap((type) => (isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : []));
  return {
    types: types.length,
    directives: directives.length,
    fields: fields.length / types.length,
    inputFields: inputFields.length / types.length,
    enumValues: values.length / types.length,
    interfaces: interfaces.length / types.length,
    possibleTypes: possible.length / types.length,
    args: args.length / (fields.length + directives.length),
    ofType: OF_TYPE,
  };
}

function fieldsOf(type: GraphQLNamedType) {
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}
