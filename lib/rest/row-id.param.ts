import { Param, type PipeTransform } from '@nestjs/common';
import { isRowId } from '../workflow/input.checks.js';
import { InvalidIdError } from './rest.errors.js';

/** A part of the path that is an id; what can be none is a fault of the request, other than an id that nothing has. */
export const RowId = (name: string): ParameterDecorator => Param(name, new RowIdPipe(name));

class RowIdPipe implements PipeTransform<string, string> {
  constructor(private readonly name: string) {}

  /** @throws InvalidIdError */
  transform(value: string): string {
    if (!isRowId(value)) throw new InvalidIdError(this.name, value);
    return value;
  }
}
