import { beforeEach } from '@jest/globals';
import passport, { Strategy, type StrategyCreated } from 'passport';
import { hostPassport } from '../../../lib/passport/host.passport.js';

type Decide = (actions: StrategyCreated<Strategy>, request: any) => unknown;

/** A strategy whose result a test chooses. */
export class ChosenStrategy extends Strategy {
  constructor(decide: Decide) {
    super();
    this.authenticate = function (request) {
      return decide(this, request);
    };
  }
}

/** Each test begins without strategies: those of other test files of the same process are still known. */
export function forgetStrategies(): void {
  beforeEach(() => {
    for (const name of Object.keys(hostPassport()._strategies)) if (name !== 'session') passport.unuse(name);
  });
}
