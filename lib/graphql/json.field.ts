import { Field, type FieldOptions } from '@nestjs/graphql';
import { JsonScalar } from './json.scalar.js';
import { withinAnswer } from './limits/answer.budget.js';
import { TaskerField, translating } from './reading/tasker-field.decorator.js';

/** A field with a JSON value, whose bytes count towards the limit of the answer. */
export const JsonField = (options: FieldOptions = {}): PropertyDecorator & MethodDecorator =>
  Field(() => JsonScalar, { ...options, middleware: [translating, withinAnswer] });

/** A field with a JSON value that is read on request. */
export const TaskerJsonField = (options: FieldOptions = {}): MethodDecorator =>
  TaskerField(() => JsonScalar, options, withinAnswer);
