import { Strategy, type StrategyCreated } from 'passport';

type Actions = StrategyCreated<Strategy>;
type Decide = (actions: Actions, request: any) => unknown;

/** A strategy whose result a test chooses. */
export class ChosenStrategy extends Strategy {
  constructor(private readonly decide: Decide) {
    super();
  }

  override authenticate(this: StrategyCreated<this>, request: object): unknown {
    return this.decide(this, request);
  }
}
