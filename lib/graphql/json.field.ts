import { Field, type FieldOptions } from '@nestjs/graphql';
import type { Permission } from '../workflow/access/permissions.js';
import { JsonScalar } from './json.scalar.js';
import { withinAnswer } from './limits/answer.budget.js';
import { PermittedField, translating } from './reading/tasker-field.decorator.js';

/** A field with a JSON value, whose bytes count towards the limit of the answer. */
export const JsonField = (options: FieldOptions = {}): PropertyDecorator & MethodDecorator =>
  Field(() => JsonScalar, { ...options, middleware: [translating, withinAnswer] });

/** A field with a JSON value that is read on request, with this permission. */
export const PermittedJsonField = (needs: Permission, description: string): MethodDecorator =>
  PermittedField(() => JsonScalar, needs, { nullable: true, description }, withinAnswer);
