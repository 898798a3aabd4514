import { ObjectType } from '@nestjs/graphql';
import { objectTypeOf } from '../object.type.js';
import { StepStateEnum } from '../state.enums.js';

objectTypeOf('AnalyticsMetrics', 'AnalyticsMetrics', {
  floats: ['systemHealthScore', 'completionRate', 'errorRate', 'avgTaskDuration', 'avgStepDuration'],
});
objectTypeOf('SlowTask', 'SlowTask', { floats: ['durationSeconds'] });
objectTypeOf('SlowStep', 'SlowStep', { floats: ['durationSeconds'], types: { stepStatus: () => StepStateEnum } });

export const PerformanceType = objectTypeOf('Performance', 'PerformanceDocument');
export const BottlenecksType = objectTypeOf('Bottlenecks', 'BottleneckDocument', { except: ['scope'] });

@ObjectType('Analytics', { description: 'The performance of the system, read from the database for each request.' })
export class AnalyticsType {}
