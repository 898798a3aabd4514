import { styleText } from 'node:util';
import { SHORT_STEP_NAMES } from '../stories/order.story.js';
import type { OrderProgress, ProgressDisplay, StepProgress, StepSight } from './order.progress.js';

type Colour = Parameters<typeof styleText>[0];

const SIGNS: Readonly<Record<StepSight, readonly [sign: string, colour: Colour]>> = {
  pending: ['·', 'gray'],
  running: ['▸', 'cyan'],
  waiting: ['↻', 'yellow'],
  done: ['✔', 'green'],
  failed: ['✖', 'red'],
  other: ['?', 'magenta'],
};
const COLUMN_WIDTH = 8;
const LEGEND = '✔ done  ▸ running  ↻ will be tried again  ✖ failed  · to do  2, 3 … attempts';

/** What the display needs of `process.stdout`. */
export interface Screen {
  write(text: string): unknown;
}

/** For a terminal: one block that is drawn anew over itself. */
export class LiveProgress implements ProgressDisplay {
  private drawnLines = 0;

  constructor(
    private readonly screen: Screen,
    private readonly colours: boolean,
  ) {}

  show(orders: readonly OrderProgress[]): void {
    const width = Math.max(...orders.map(({ title }) => title.length)) + 2;
    const lines = [this.headings(width), ...orders.map((order) => this.orderLine(order, width)), this.legend()];
    const back = this.drawnLines > 0 ? `\x1b[${this.drawnLines}A` : '';
    this.screen.write(`${back}${lines.map((line) => `\x1b[2K${line}\n`).join('')}`);
    this.drawnLines = lines.length;
  }

  private headings(width: number): string {
    const words = SHORT_STEP_NAMES.map((word) => word.padEnd(COLUMN_WIDTH)).join('');
    return this.paint('gray', `${' '.repeat(width)}${words}`);
  }

  private legend(): string {
    return this.paint('gray', LEGEND);
  }

  private orderLine({ title, steps, elapsedMs }: OrderProgress, width: number): string {
    const cells = steps.map((step) => this.cell(step)).join('');
    return `${title.padEnd(width)}${cells}${(elapsedMs / 1_000).toFixed(1).padStart(4)} s`;
  }

  private cell({ sight, attempts }: StepProgress): string {
    const [sign, colour] = SIGNS[sight];
    const text = attempts > 1 ? `${sign} ${attempts}` : sign;
    return this.paint(colour, text.padEnd(COLUMN_WIDTH));
  }

  private paint(colour: Colour, text: string): string {
    return this.colours ? styleText(colour, text) : text;
  }
}
