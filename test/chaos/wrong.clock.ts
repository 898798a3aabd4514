const RightDate = Date;
let wrongByMs = 0;

/** Makes the clock of this process wrong by so much; timers go on as before. */
export function setClockWrongBy(milliseconds: number): void {
  wrongByMs = milliseconds;
  globalThis.Date = WrongDate;
}

const now = (): number => RightDate.now() + wrongByMs;

const WrongDate = new Proxy(RightDate, {
  construct: (date, given: unknown[], made) =>
    Reflect.construct(date, given.length > 0 ? given : [now()], made) as Date,
  apply: () => new RightDate(now()).toString(),
  get: (date, key, receiver) => (key === 'now' ? now : (Reflect.get(date, key, receiver) as unknown)),
});
