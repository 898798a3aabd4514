import { parseArgs } from 'node:util';
import type { StormSettings } from './fault.plan.js';

export const USAGE = 'npm run chaos -- [--minutes N] [--seed N] [--workers N]';
const MINUTE_MS = 60_000;

/**
 * @param anySeed taken when none is given
 * @throws Error in one sentence when an argument is unknown or makes no sense
 */
export function readArguments(argv: readonly string[], anySeed: number): StormSettings {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: `${anySeed}` },
      workers: { type: 'string', default: '3' },
    },
  });
  const durationMs = Math.round(number('minutes', values.minutes, 0.2) * MINUTE_MS);
  return { durationMs, seed: whole('seed', values.seed, 0), workers: whole('workers', values.workers, 1) };
}

function whole(name: string, text: string, least: number): number {
  const value = number(name, text, least);
  if (Number.isInteger(value)) return value;
  throw new Error(`--${name} must be a whole number, got "${text}".`);
}

function number(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
  throw new Error(`--${name} must be a number, at least ${least}, got "${text}".`);
}
