import { objectTypeOf } from '../object.type.js';
import { WorkerStatusEnum } from '../state.enums.js';

export const WorkerType = objectTypeOf('Worker', 'WorkerDetails', { types: { status: () => WorkerStatusEnum } });
export const QueueType = objectTypeOf('Queue', 'QueueDetails');
