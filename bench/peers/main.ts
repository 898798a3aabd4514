import { describePeers, measureLone, measureRun, measureStart } from './phases.js';
import { LAYERS, type WorkloadName } from './peer.js';
import { PEERS } from './peers.js';

// One phase of a measurement, in a process of its own: sends its parent the answer, and ends. Arguments: the phase, and but
// for `describe` the peer, the workload, the number of tasks and the URL of the store.
const [phase, name, workload, tasks, url] = process.argv.slice(2) as [string, string, WorkloadName, string, string];

process.on('disconnect', () => process.exit(1));
process.send?.(await answer());
process.exit(0);

async function answer(): Promise<object> {
  if (phase === 'describe') return describePeers();
  const peer = await PEERS[name]!();
  const layers = LAYERS[workload];
  const count = Number(tasks);
  if (phase === 'start') return measureStart(peer, url, layers, count);
  if (phase === 'run') return measureRun(peer, url, layers, count);
  return measureLone(peer, url, layers, count);
}
