import { Field, type FieldOptions } from '@nestjs/graphql';
import { JsonScalar } from './json.scalar.js';
import { withinAnswer } from './limits/answer.budget.js';
import { TaskerField, translating } from './reading/tasker-field.decorator.js';

/** A field of JSON in an answer, where it counts as much as it has bytes. */
export const JsonField = (options: FieldOptions = {}): PropertyDecorator & MethodDecorator =>
  Field(() => JsonScalar, { ...options, middleware: [translating, withinAnswer] });

/** One that is read on demand. */
export const TaskerJsonField = (options: FieldOptions = {}): MethodDecorator =>
  TaskerField(() => JsonScalar, options, withinAnswer);
