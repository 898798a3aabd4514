import { Param, type PipeTransform } from '@nestjs/common';
import { isRowId } from '../workflow/input.checks.js';
import { InvalidIdError } from './rest.errors.js';

/**
 * A part of the path that is an id. A text that cannot be an id is a fault of the request, in contrast to an unknown
 * id.
 */
export const RowId = (name: string): ParameterDecorator => Param(name, new RowIdPipe(name));

class RowIdPipe implements PipeTransform<string, string> {
  constructor(private readonly name: string) {}

  /** @throws InvalidIdError */
  transform(value: string): string {
    return rowIdIn({ [this.name]: value }, this.name);
  }
}

/**
 * Returns an id from the parameters of a path.
 * @throws InvalidIdError
 */
export function rowIdIn(params: Readonly<Record<string, string>>, name: string): string {
  const value = params[name] ?? '';
  if (!isRowId(value)) throw new InvalidIdError(name, value);
  return value;
}
