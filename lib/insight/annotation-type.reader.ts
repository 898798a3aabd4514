import { Injectable } from '@nestjs/common';
import { RecordGateway, type AnnotationTypeDetails } from '../persistence/record.gateway.js';

export type { AnnotationTypeDetails } from '../persistence/record.gateway.js';

/** Answers which types of annotations there are. */
@Injectable()
export class AnnotationTypeReader {
  constructor(private readonly gateway: RecordGateway) {}

  /** By name; a type becomes known with its first annotation. */
  list(): Promise<readonly AnnotationTypeDetails[]> {
    return this.gateway.annotationTypes();
  }
}
