import { Field, GraphQLISODateTime, type FieldMiddleware } from '@nestjs/graphql';

/** Readers return ISO 8601 text, but Nest's `DateTime` needs a Date. */
const asDate: FieldMiddleware = async (_, next) => {
  const text = (await next()) as string | null;
  return text === null ? null : new Date(text);
};

/** A field of the scalar `DateTime` for a property with ISO 8601 text. */
export function Instant({ nullable = false, description }: { nullable?: boolean; description?: string } = {}) {
  return Field(() => GraphQLISODateTime, { nullable, middleware: [asDate], ...(description && { description }) });
}
