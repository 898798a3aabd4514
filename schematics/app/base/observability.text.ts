import { BUCKETS } from '../../subscriber/metrics.text';
import type { NewFile } from '../../writing/write.files';

/** Packages of OpenTelemetry 2: version 3 does not run on every Node.js that nestjs-tasker does. */
export const OBSERVABILITY_PACKAGES = {
  '@opentelemetry/api': '^1.9.0',
  '@opentelemetry/exporter-prometheus': '~0.223.0',
  '@opentelemetry/sdk-metrics': '^2.12.0',
};

const EXPORTER = `import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/**
 * Serves what this process measures to Prometheus, at /metrics of a port of
 * its own. Call it before the application is created.
 */
export async function serveMetrics(): Promise<void> {
  const port = Number(process.env.METRICS_PORT || 9464);
  const exporter = new PrometheusExporter({ port, preventServerStart: true });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [exporter] }));
  await exporter.startServer();
}
`;

const SUBSCRIBER = `import { Injectable } from '@nestjs/common';
import { metrics } from '@opentelemetry/api';
import {
  OnTaskerEvent,
  TaskerSubscriber,
  type EventName,
  type EventPayload,
} from 'nestjs-tasker';

/** Upper bounds of the buckets for durations, in seconds. */
const SECONDS = ${BUCKETS};

const meter = () => metrics.getMeter('workflows');

/** Counts the tasks and steps that this process ends, and measures steps. */
@Injectable()
@TaskerSubscriber()
export class WorkflowMetricsSubscriber {
  private readonly tasks = meter().createCounter('tasker.tasks', {
    description: 'Tasks that ended',
  });
  private readonly steps = meter().createHistogram('tasker.step.duration', {
    description: 'Attempts at steps',
    unit: 's',
    advice: { explicitBucketBoundaries: SECONDS },
  });
  /** Start times of the attempts that run here, by the id of their step. */
  private readonly begun = new Map<string, number>();

  @OnTaskerEvent('task.completed', 'task.failed')
  countTask(
    { namespace, name }: EventPayload<'task.completed' | 'task.failed'>,
    event: EventName,
  ): void {
    this.tasks.add(1, { event, namespace, task: name });
  }

  @OnTaskerEvent('step.execution_requested')
  begin({ stepId }: EventPayload<'step.execution_requested'>): void {
    this.begun.set(stepId, performance.now());
  }

  @OnTaskerEvent('step.completed', 'step.failed')
  measure(
    fact: EventPayload<'step.completed' | 'step.failed'>,
    event: EventName,
  ): void {
    const { stepId, namespace, name, step } = fact;
    const begun = this.begun.get(stepId);
    if (begun === undefined) return;
    this.begun.delete(stepId);
    const seconds = (performance.now() - begun) / 1_000;
    this.steps.record(seconds, { event, namespace, task: name, step });
  }

  @OnTaskerEvent('step.handed_back', 'step.cancelled', 'step.outcome_stale')
  forget(
    fact: EventPayload<
      'step.handed_back' | 'step.cancelled' | 'step.outcome_stale'
    >,
  ): void {
    this.begun.delete(fact.stepId);
  }
}
`;

const MODULE = `import { Module } from '@nestjs/common';
import { WorkflowMetricsSubscriber } from './workflow-metrics.subscriber.js';

@Module({ providers: [WorkflowMetricsSubscriber] })
export class ObservabilityModule {}
`;

const TEST = `import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { WorkflowMetricsSubscriber } from './workflow-metrics.subscriber.js';

const TASK = {
  taskId: '1',
  namespace: 'shop',
  name: 'order',
  version: '1.0.0',
  at: '2026-01-01T00:00:00.000Z',
};
const STEP = { ...TASK, stepId: '2', step: 'charge', attempt: 1 };
const COMPLETED = { from: 'in_progress', to: 'complete' } as const;

describe('WorkflowMetricsSubscriber', () => {
  const exporter = new InMemoryMetricExporter(
    AggregationTemporality.CUMULATIVE,
  );
  const provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter })],
  });
  beforeAll(() => metrics.setGlobalMeterProvider(provider));
  afterAll(async () => {
    await provider.shutdown();
    metrics.disable();
  });

  it('counts a task and measures a step', async () => {
    const subscriber = new WorkflowMetricsSubscriber();
    subscriber.begin({ ...STEP, from: 'pending', to: 'in_progress' });
    subscriber.measure({ ...STEP, ...COMPLETED }, 'step.completed');
    subscriber.countTask({ ...TASK, ...COMPLETED }, 'task.completed');

    await provider.forceFlush();
    const found = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap((scope) => scope.metrics)
      .map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ attributes }) => attributes['event']),
      ]);
    expect(found).toEqual([
      ['tasker.tasks', ['task.completed']],
      ['tasker.step.duration', ['step.completed']],
    ]);
  });
});
`;

const PROMETHEUS = `global:
  scrape_interval: 15s

scrape_configs:
  - job_name: workflows
    static_configs:
      - targets: ['app:9464']
`;

export function observabilityFiles({ docker, tests }: { docker: boolean; tests: boolean }): readonly NewFile[] {
  return [
    { path: 'src/observability/metrics.exporter.ts', text: EXPORTER },
    { path: 'src/observability/observability.module.ts', text: MODULE },
    { path: 'src/observability/workflow-metrics.subscriber.ts', text: SUBSCRIBER },
    ...(tests ? [{ path: 'src/observability/workflow-metrics.subscriber.spec.ts', text: TEST }] : []),
    ...(docker ? [{ path: 'prometheus.yml', text: PROMETHEUS }] : []),
  ];
}
