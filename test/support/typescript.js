/**
 * Lets a process that a test starts (to kill it, for one) run TypeScript as Jest does, without a build:
 * `node --import ./test/support/typescript.js test/chaos/worker.process.ts`
 */
import { register } from 'node:module';

register('./typescript.hooks.js', import.meta.url);
