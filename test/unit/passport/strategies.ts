import { Strategy, type StrategyCreated } from 'passport';

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
