import { Injectable } from '@nestjs/common';
import { RecordGateway, type AnnotationTypeDetails } from '../persistence/record.gateway.js';
import type { TaskScope } from '../workflow/task.scope.js';

export type { AnnotationTypeDetails } from '../persistence/record.gateway.js';

/** Lists the types of annotations. */
@Injectable()
export class AnnotationTypeReader {
  constructor(private readonly gateway: RecordGateway) {}

  /**
   * By name; a type becomes known with its first annotation.
   * @param scope only types that a task in it has an annotation of
   */
  async list(scope: TaskScope | null = null): Promise<readonly AnnotationTypeDetails[]> {
    return this.gateway.annotationTypes(scope);
  }
}
