import type { Contender, Figures } from './contender.js';
import { median, type Percentiles } from './percentiles.js';

/** What one contender did in one workload. */
export interface Result {
  readonly contender: Contender;
  /** One of each round. */
  readonly figures: readonly Figures[];
  /** Why there are not as many as rounds. */
  readonly whyNot: string | undefined;
}

/** The same in one figure of each kind, the median of the rounds. */
export interface Summary {
  readonly peer: string;
  readonly version: string;
  readonly stepsPerSecond: number | null;
  readonly startPerSecond: number | null;
  readonly latencyMs: Percentiles | null;
  /** Ours divided by the peer's. */
  readonly oursToPeer: { readonly steps: number; readonly starts: number; readonly latency: number } | null;
  readonly whyNot: string | null;
}

/** The first result is that of ours. */
export function summarise(results: readonly Result[]): Summary[] {
  const ours = mediansOf(results[0]!.figures);
  return results.map(({ contender, figures, whyNot = null }) => {
    const medians = mediansOf(figures);
    return {
      peer: contender.name,
      version: contender.version,
      stepsPerSecond: medians === null ? null : Math.round(medians.stepsPerSecond),
      startPerSecond: medians === null ? null : Math.round(medians.startPerSecond),
      latencyMs: medians?.latencyMs ?? null,
      oursToPeer: ours === null || medians === null ? null : ratiosOf(ours, medians),
      whyNot,
    };
  });
}

function mediansOf(figures: readonly Figures[]): Figures | null {
  if (figures.length === 0) return null;
  const of = (pick: (each: Figures) => number): number => rounded(median(figures.map(pick)));
  return {
    stepsPerSecond: of((each) => each.stepsPerSecond),
    startPerSecond: of((each) => each.startPerSecond),
    latencyMs: { p50: of((each) => each.latencyMs.p50), p95: of((each) => each.latencyMs.p95) },
  };
}

function ratiosOf(ours: Figures, peer: Figures): Summary['oursToPeer'] {
  return {
    steps: rounded(ours.stepsPerSecond / peer.stepsPerSecond),
    starts: rounded(ours.startPerSecond / peer.startPerSecond),
    latency: rounded(ours.latencyMs.p50 / peer.latencyMs.p50),
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
