import type { MutantsOfFile } from '../../mutant.js';
import {
  announcing,
  claimBudget,
  concurrency,
  doubtfulClaims,
  engine,
  failures,
  idleStart,
  lateAnswers,
  lifecycle,
  limits,
  lostLease,
  operatorActions,
  outage,
  places,
  pooler,
  randomRuns,
  refusedParts,
  requests,
  scheduling,
  shutdown,
  silence,
  smallPool,
  starting,
  transactional,
  trouble,
  waitingOutcomes,
  waking,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/engine/steps/worker.ts',
    tests: [engine, lostLease, lateAnswers, shutdown],
    mutants: [
      {
        mistake: 'takes more steps while too many outcomes cannot be recorded',
        find: '|| this.outcomes.asideSize >= this.limit) return 0;',
        replace: ') return 0;',
        tests: [waitingOutcomes, engine, refusedParts, claimBudget],
      },
      {
        mistake: 'takes more steps while it shuts down',
        find: 'if (this.running.isDraining || this.outcomes',
        replace: 'if (this.outcomes',
        tests: [shutdown, lifecycle, engine],
      },
      {
        mistake: 'takes itself for idle while outcomes wait',
        find: 'this.running.size === 0 && this.outcomes.size === 0 && this.passes === 0',
        replace: 'this.running.size === 0 && this.passes === 0',
        tests: [waitingOutcomes, shutdown, lifecycle, engine],
      },
      {
        mistake: 'starts tasks with a claim while it does not know what it holds',
        find: 'this.isIdle && !this.inDoubt && this.capacity > 0',
        replace: 'this.isIdle && this.capacity > 0',
        tests: [doubtfulClaims],
      },
      {
        mistake: 'makes two passes at once while it does not know what it holds',
        find: 'this.passes < (this.inDoubt ? 1 : most)',
        replace: 'this.passes < most',
        tests: [doubtfulClaims],
      },
      {
        mistake: 'hands back while another pass may claim',
        find: 'if (this.inDoubt && this.passes === 1)',
        replace: 'if (this.inDoubt)',
        tests: [doubtfulClaims],
      },
      {
        mistake: 'tells nobody that a revoked step makes room',
        find: 'if (this.running.drop(claimed, reason)) this.signals.passDue.emit();',
        replace: 'this.running.drop(claimed, reason);',
        tests: [operatorActions, waking, scheduling],
      },
      {
        mistake: 'leaves alone what had to wait for a search of the maintenance',
        find: 'this.signals.passDue.emit(); // for work that had to wait meanwhile',
        replace: '',
        tests: [shutdown],
      },
      {
        mistake: 'goes on with what it ran under a lost lease',
        find: `this.running.dropAll('lease_lost');`,
        replace: '',
      },
      {
        mistake: 'records outcomes of a lost lease under the new identity',
        find: `this.outcomes.clear();
    this.running`,
        replace: 'this.running',
        tests: [waitingOutcomes, lostLease],
      },
      {
        mistake: 'keeps the room of a pass that failed',
        find: `this.claimCapacity.release(reservation);
      this.passes--;`,
        replace: 'this.passes--;',
      },
      {
        mistake: 'loses the outcomes of a pass that failed',
        find: 'if (this.isPresent(request)) this.keep(batch, error);',
        replace: '',
        tests: [trouble, engine, silence, lostLease],
      },
      {
        mistake: 'keeps outcomes of an identity that was lost meanwhile',
        find: 'if (this.isPresent(request)) this.keep(batch, error);',
        replace: 'this.keep(batch, error);',
        tests: [waitingOutcomes, lostLease],
      },
      {
        mistake: 'does not doubt its claims after an answer was lost',
        find: `this.inDoubt = true;
    this.outcomes.putBack(batch);`,
        replace: 'this.outcomes.putBack(batch);',
        tests: [silence, trouble, lostLease, engine],
      },
      {
        mistake: 'does not doubt its claims after a start whose answer was lost',
        find: 'if (this.isPresent(request) && !isOfOnePart(error)) this.inDoubt = true;',
        replace: '',
        tests: [doubtfulClaims, silence],
      },
      {
        mistake: 'stops doubting before the server has given a lost call up',
        find: 'if (returned === null) return; // the lost claim',
        replace: 'if (returned === null) { this.inDoubt = false; return; } // the lost claim',
        tests: [doubtfulClaims, silence],
      },
      {
        mistake: 'goes on under a lost identity',
        find: 'if (lost) this.leaseLost(workerId);',
        replace: '',
        tests: [lostLease, engine],
      },
      {
        mistake: 'wakes nobody after a transactional step',
        find: `this.events.publishPass({ workerId, want: 0, found: 0 }, [outcome], { ...nothing, facts });
    this.signals.stepsFreed.emit();`,
        replace: `this.events.publishPass({ workerId, want: 0, found: 0 }, [outcome], { ...nothing, facts });`,
        tests: [waking, transactional],
      },
      {
        mistake: 'says when the last retry is due',
        find: 'waits.length === 0 ? null : Math.min(...waits)',
        replace: 'waits.length === 0 ? null : Math.max(...waits)',
        tests: [waking, engine, failures],
      },
      {
        mistake: 'forgets when a step that was handed back is due',
        find: 'const waits = [...failed, ...handedBack];',
        replace: 'const waits = [...failed, ...handedBack.slice(0, 0)];',
        tests: [lostLease, waking],
      },
      {
        mistake: 'forgets when a limit opens',
        find: 'soonest(soonest(firstRetry(outcomes, facts), limitOpensIn), this',
        replace: 'soonest(firstRetry(outcomes, facts), this',
        tests: [waking, limits, engine],
      },
      {
        mistake: 'forgets when a refused outcome is due',
        find: 'soonest(soonest(firstRetry(outcomes, facts), limitOpensIn), this.outcomes.asideDueInSeconds)',
        replace: 'soonest(firstRetry(outcomes, facts), limitOpensIn)',
        tests: [waitingOutcomes, refusedParts],
      },
    ],
  },
  {
    file: 'lib/engine/steps/worker.loop.ts',
    tests: [waking, engine, lifecycle, shutdown],
    mutants: [
      {
        mistake: 'does not look at once after an outcome',
        find: 'passDue.listen(() => this.schedule()),',
        replace: 'passDue.listen(() => undefined),',
      },
      {
        mistake: 'does not look at once after a transactional step',
        find: `this.wake();
        this.ready.notifyOthers();`,
        replace: 'this.ready.notifyOthers();',
      },
      {
        mistake: 'tells no other process of what a transactional step freed',
        find: `this.wake();
        this.ready.notifyOthers();`,
        replace: 'this.wake();',
      },
      { mistake: 'does not hear notices', find: 'workReady.listen(() => this.wake()),', replace: '' },
      {
        mistake: 'does not look at once when it starts',
        find: `this.wake();
    await this.polling.start();`,
        replace: 'await this.polling.start();',
      },
      {
        mistake: 'never polls',
        find: `this.wake();
    await this.polling.start();`,
        replace: 'this.wake();',
        tests: [pooler, waking, silence, engine],
      },
      {
        mistake: 'lets steps run on after the shutdown timeout',
        find: `setTimeout(() => this.worker.abandon('shutdown'), shutdownTimeoutMs)`,
        replace: 'setTimeout(() => undefined, shutdownTimeoutMs)',
        tests: [shutdown, lifecycle],
      },
      {
        mistake: 'stops before the outcomes are recorded',
        find: `await this.quiet();
    clearTimeout(tooLate);`,
        replace: 'clearTimeout(tooLate);',
        tests: [shutdown, lifecycle],
      },
      {
        mistake: 'lets a claim wait for the twin of a request',
        find: 'if (tasks.some(({ extra }) => extra?.identity)) return false;',
        replace: '',
        tests: [idleStart, requests, starting],
      },
      {
        mistake: 'forgets what came up while it started tasks',
        find: 'this.schedule(); // for work that had to wait meanwhile',
        replace: '',
        tests: [waking, idleStart, engine],
      },
      {
        mistake: 'fails to start tasks when the claim alone was refused',
        find: 'if (isOfOnePart(error)) return false; // the database may',
        replace: '// the database may',
        tests: [refusedParts, idleStart],
      },
      {
        mistake: 'does not look again after as much as it wanted',
        find: 'if (this.plenty || passedOver || cut || lost) this.hungry = true;',
        replace: 'if (passedOver || cut || lost) this.hungry = true;',
        tests: [waking, randomRuns, concurrency, engine],
      },
      {
        mistake: 'does not look again for steps that it passed over',
        find: 'if (this.plenty || passedOver || cut || lost) this.hungry',
        replace: 'if (this.plenty || cut || lost) this.hungry',
        tests: [places, transactional, smallPool],
      },
      {
        mistake: 'does not look again for steps that did not fit',
        find: 'if (this.plenty || passedOver || cut || lost) this.hungry',
        replace: 'if (this.plenty || passedOver || lost) this.hungry',
        tests: [waking, claimBudget],
      },
      {
        mistake: 'does not look again under a new identity',
        find: 'if (this.plenty || passedOver || cut || lost) this.hungry',
        replace: 'if (this.plenty || passedOver || cut) this.hungry',
        tests: [waking, lostLease],
      },
      {
        mistake: 'tells no other process of steps that it freed',
        find: 'if (freed > claimed || this.plenty || passedOver || cut) this',
        replace: 'if (this.plenty || passedOver || cut) this',
        tests: [waking, announcing],
      },
      {
        mistake: 'tells no other process that there is plenty',
        find: 'if (freed > claimed || this.plenty || passedOver || cut) this',
        replace: 'if (freed > claimed || passedOver || cut) this',
        tests: [waking, announcing],
      },
      {
        mistake: 'does not wake for a retry',
        find: 'if (dueInSeconds !== null) this.wakeIn(timerMs(dueInSeconds * 1_000));',
        replace: '',
        tests: [waking, failures, limits],
      },
      {
        mistake: 'lets a later retry put off a sooner one',
        find: 'if (at >= this.retryAt || this.isStopping) return;',
        replace: 'if (this.isStopping) return;',
      },
      {
        mistake: 'wakes for the first retry only',
        find: `this.retryAt = Infinity;
      this.wake();`,
        replace: 'this.wake();',
      },
      {
        mistake: 'does not look again after an outage',
        find: `this.pause = undefined;
      this.schedule();`,
        replace: 'this.pause = undefined;',
        tests: [waking, trouble, outage, silence],
      },
      {
        mistake: 'forgets that there may be work when a pass fails',
        find: `this.hungry = true;
    if (this.troubles === 0)`,
        replace: 'if (this.troubles === 0)',
        tests: [waking, trouble, silence],
      },
      {
        mistake: 'waits for a database that is gone when it stops',
        find: 'if (this.isStopping && isHopeless && this.worker.runningSteps === 0) this.becomeQuiet();',
        replace: '',
        tests: [shutdown, outage, trouble, silence],
      },
      {
        mistake: 'tries on while it stops although the host has closed its data source',
        find: 'isClosed || ',
        replace: '',
        tests: [shutdown],
      },
      {
        mistake: 'gives up outcomes at the first trouble while it stops',
        find: 'this.isStopping && isHopeless && this',
        replace: 'this.isStopping && this',
        tests: [shutdown, outage, trouble],
      },
      {
        mistake: 'never lets two passes run at once',
        find: 'batch >= LARGE_BATCH ? 2 : 1',
        replace: '1',
        equivalent: 'only speed: benchmarks, and no test, measure it',
      },
    ],
  },
  {
    file: 'lib/engine/steps/worker.passes.ts',
    tests: [refusedParts, engine],
    mutants: [
      {
        mistake: 'lets an outage pass for a refusal of one part',
        find: 'if (!isOfOnePart(error)) throw error;',
        replace: '',
        tests: [engine, trouble, refusedParts],
      },
      {
        mistake: 'takes a failure recorded in the place of an outcome for the outcome',
        find: 'places[position] = recorded.push(refusal ? refused(outcome, refusal.error) : outcome);',
        replace: 'places[position] = recorded.push(outcome);',
      },
      {
        mistake: 'never goes together again after a refusal',
        find: 'performance.now() >= this.apartUntil;',
        replace: 'this.apartUntil === 0;',
      },
      {
        mistake: 'stays silent about limits that cannot be used',
        find: `this.noteFault('limits', 'Steps with a concurrency or rate limit cannot be started; other steps run.', limits);`,
        replace: '',
      },
      { mistake: 'never says that limits work again', find: `this.faults.clear('limits');`, replace: '' },
    ],
  },
];
