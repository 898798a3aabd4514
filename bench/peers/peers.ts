import type { Peer } from './peer.js';

/** Loaded one by one, so that a process which measures one peer carries no other. */
export const PEERS: Readonly<Record<string, () => Promise<Peer>>> = {
  dbos: async () => (await import('./dbos.js')).dbos,
  openworkflow: async () => (await import('./openworkflow.js')).openworkflow,
  'pg-boss-batches': async () => (await import('./pg-boss.batches.js')).pgBossBatches,
  'pg-boss-flow': async () => (await import('./pg-boss.flow.js')).pgBossFlow,
  'graphile-worker': async () => (await import('./graphile-worker.js')).graphileWorker,
  'bullmq-everysec': async () => (await import('./bullmq.js')).bullmqEverysec,
  'bullmq-always': async () => (await import('./bullmq.js')).bullmqAlways,
  'bullmq-postgres': async () => (await import('./bullmq.js')).bullmqPostgres,
};
