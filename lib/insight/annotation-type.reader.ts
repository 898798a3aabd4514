import { Injectable } from '@nestjs/common';
import { RecordGateway, type AnnotationTypeDetails } from '../persistence/record.gateway.js';
import type { TaskScope } from '../workflow/task.scope.js';

export type { AnnotationTypeDetails } from '../persistence/record.gateway.js';

/** Lists the types of annotations. */
@Injectable()
export class AnnotationTypeReader {
  constructor(private readonly gateway: RecordGateway) {}

  /**
   * Returns the types by name. A type is created with its first annotation.
   * @param scope selects only types of which a task in scope has an annotation
   */
  async list(scope: TaskScope | null = null): Promise<readonly AnnotationTypeDetails[]> {
    return this.gateway.annotationTypes(scope);
  }
}
