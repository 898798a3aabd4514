import { registerEnumType } from '@nestjs/graphql';
import type { WorkerDetails } from '../../insight/worker.reader.js';
import { objectTypeOf } from '../object.type.js';
import { enumOf } from '../state.enums.js';

const WorkerStatusEnum = enumOf<WorkerDetails['status']>(['running', 'late', 'stopped', 'lost']);
registerEnumType(WorkerStatusEnum, {
  name: 'WorkerStatus',
  description:
    'The status of a worker. `late` means that its lease expired, but no other worker has declared it lost yet.',
});

export const WorkerType = objectTypeOf('Worker', 'WorkerDetails', { types: { status: () => WorkerStatusEnum } });
export const QueueType = objectTypeOf('Queue', 'QueueDetails');
