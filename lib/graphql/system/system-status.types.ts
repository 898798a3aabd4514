import { Field, Float, ObjectType } from '@nestjs/graphql';
import type { HealthCheck } from '../../insight/health.reader.js';
import { objectTypeOf } from '../object.type.js';
import { CheckStatusEnum } from '../state.enums.js';

objectTypeOf('SystemCounts', 'SystemHealth');

export const SystemStatusType = objectTypeOf('SystemStatus', 'SystemStatusDocument', {
  description: 'The health of the whole system, judged by its numbers of tasks, steps and connections.',
  floats: ['connectionUtilization', 'taskErrorRate', 'stepErrorRate'],
  except: ['timestamp'],
});

@ObjectType('HealthCheck', { description: 'The result of one check.' })
export class HealthCheckType implements HealthCheck {
  @Field()
  readonly name!: string;

  @Field(() => CheckStatusEnum)
  readonly status!: HealthCheck['status'];

  @Field()
  readonly message!: string;

  @Field(() => Float)
  readonly responseTimeMs!: number;
}

@ObjectType('Health', { description: 'Whether this process can serve requests and run steps.' })
export class HealthType {
  @Field()
  readonly ready!: boolean;

  @Field(() => [HealthCheckType])
  readonly checks!: readonly HealthCheckType[];
}
