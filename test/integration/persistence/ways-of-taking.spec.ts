import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedStep } from '../../../lib/persistence/worker.gateway.js';
import { brokenHistory } from '../../support/history.rules.js';
import { brokenInvariants } from '../../support/invariants.js';
import { usePersistence } from '../../support/persistence.js';
import { complete, type ClaimSettings, type HandWorker } from '../../support/workflow.js';
import { QUEUE, RULES, Scene, type Rule } from './taking.rules.js';

const persistence = usePersistence();

beforeEach(async () => {
  for (const table of ['tasks', 'limit_checks', 'limit_starts'])
    await persistence.query(`delete from __schema__.${table}`);
});

type Way = (
  worker: HandWorker,
  roots: readonly ClaimedStep[],
  settings: ClaimSettings,
) => Promise<readonly ClaimedStep[]>;

const report = (worker: HandWorker, roots: readonly ClaimedStep[]) =>
  worker.record(...roots.map((root) => complete(root)));

const APART = 'claimed where parts may be refused';
const FREED = 'taken by the worker that frees them';

const WAYS: Readonly<Record<string, Way>> = {
  'claimed from many lanes': async (worker, roots, settings) => {
    await report(worker, roots);
    return worker.claim(settings);
  },
  'claimed from one lane': async (worker, roots, settings) => {
    await report(worker, roots);
    return worker.claim({ queues: [QUEUE], ...settings });
  },
  [APART]: async (worker, roots, settings) => {
    await report(worker, roots);
    return worker.claimApart(settings);
  },
  [FREED]: async (worker, roots, settings) => {
    const { claimed } = await worker.advance(
      roots.map((root) => complete(root)),
      settings,
    );
    return claimed.steps;
  },
};

describe.each(Object.entries(WAYS))('steps that become due are %s:', (name, way) => {
  const isOfOneLane = ({ steps }: Rule): boolean => Object.values(steps).every(({ namespace }) => !namespace);
  const rules = name === 'claimed from one lane' ? RULES.filter(isOfOneLane) : RULES;

  it.each(rules)('$says', async ({ steps, act, claim = {}, given, ...others }) => {
    const scene = await Scene.with(persistence);
    const { worker } = scene;
    await scene.start(steps, false);
    const roots = await worker.claim();
    await scene.start(steps, true);
    await act?.(scene);
    const settings = typeof claim === 'function' ? await claim(scene) : claim;
    const expected = { [FREED]: others.givenToItsFreer, [APART]: others.givenApart }[name] ?? given;
    expect(scene.namesOf(await way(worker, roots, settings))).toEqual(expected);
    await scene.other.claim(); // counts what was given, too
    expect(await brokenHistory(persistence)).toEqual({});
    if (name === FREED) expect(await brokenInvariants(persistence)).toEqual({}); // claims alone are looked at elsewhere
  });
});
