import { Field, ObjectType } from '@nestjs/graphql';
import type { HealthCheck } from '../../insight/health.reader.js';
import { objectTypeOf } from '../object.type.js';

objectTypeOf('SystemCounts', 'SystemHealth');

export const SystemStatusType = objectTypeOf('SystemStatus', 'SystemStatusDocument', {
  description: 'The health of the whole system, judged by its numbers of tasks, steps and connections.',
  floats: ['connectionUtilization', 'taskErrorRate', 'stepErrorRate'],
  except: ['timestamp'],
});

@ObjectType('HealthCheck', { description: 'The result of one check.' })
export class HealthCheckType extends objectTypeOf<HealthCheck>('CheckResult', 'HealthCheck', {
  isAbstract: true,
  floats: ['responseTimeMs'],
}) {
  @Field()
  readonly name!: string;
}

@ObjectType('Health', { description: 'Whether this process can serve requests and run steps.' })
export class HealthType {
  @Field()
  readonly ready!: boolean;

  @Field(() => [HealthCheckType])
  readonly checks!: readonly HealthCheckType[];
}
